/** The agent is killed in the middle of its work. Shared by the short and the long test. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { TestAgent } from '../harness/agent.ts';
import type { Random } from './random.ts';

/** An archive that takes some hundred milliseconds to unpack. */
function archive(agent: TestAgent): string {
  const file = join(agent.folder, 'many.tar.gz');
  if (existsSync(file)) return file;
  const tree = join(agent.folder, 'tree');
  for (let directory = 0; directory < 50; directory++) {
    mkdirSync(join(tree, `d${directory}`), { recursive: true });
    for (let at = 0; at < 100; at++)
      writeFileSync(join(tree, `d${directory}`, `f${at}`), `${at}\n`.repeat(200));
  }
  execFileSync('tar', ['-czf', file, '-C', tree, '.']);
  return file;
}

interface Act {
  /** What must be there before. */
  prepare: string[][];
  /** What the agent is killed in. */
  command: string[];
  /** What `box ps -a` or `box images` may say afterwards: before or after the command, nothing in between. */
  states: RegExp;
  /** The rest of the way, from each of those states: the same command once more, unless it was finished. */
  finished: RegExp;
}

const SLEEPER = ['--name', 'it', '--stop-timeout', '0', 'busybox', 'sleep', '1000'];

function actsOf(agent: TestAgent): Record<string, Act> {
  return {
    create: { prepare: [], command: ['create', ...SLEEPER], states: /^(created)?$/, finished: /created/ },
    start: {
      prepare: [['create', ...SLEEPER]],
      command: ['start', 'it'],
      states: /^(created|running)$/,
      finished: /running/,
    },
    stop: {
      prepare: [['run', '-d', ...SLEEPER]],
      command: ['stop', 'it'],
      states: /^(running|stopping|stopped)$/,
      finished: /stopped/,
    },
    restart: {
      prepare: [['run', '-d', ...SLEEPER]],
      command: ['restart', 'it'],
      states: /^(running|stopping|stopped)$/,
      finished: /never/,
    },
    remove: {
      prepare: [['run', '-d', ...SLEEPER]],
      command: ['rm', '-f', 'it'],
      states: /^(running|stopping|stopped|exited)?$/,
      finished: /^$/,
    },
    import: {
      prepare: [],
      command: ['import', archive(agent), 'it'],
      states: /^(image)?$/,
      finished: /image/,
    },
  };
}

async function stateOf(agent: TestAgent): Promise<string> {
  const state = await agent.ok(['ps', '-a', '--format', '{{.State}}']);
  const images = await agent.ok(['images', '--format', '{{.Repository}}']);
  return state + (/^(.*\/)?it$/m.test(images) ? 'image' : '');
}

/** How long each command takes undisturbed bounds the moments at which it is disturbed. */
async function undisturbed(agent: TestAgent, act: Act): Promise<number> {
  for (const args of act.prepare) await agent.ok(args);
  const began = performance.now();
  await agent.ok(act.command);
  const took = performance.now() - began;
  await cleanUp(agent);
  return took;
}

async function cleanUp(agent: TestAgent): Promise<void> {
  expect(await agent.leaks()).toEqual([]);
  if ((await stateOf(agent)) === 'image') await agent.ok(['rmi', 'it']);
}

/** Kills the agent `moments` times in the middle of each kind of command in turn; then the same command succeeds, and nothing is left. */
export async function surviveInterruptions(agent: TestAgent, random: Random, moments: number): Promise<void> {
  const acts = Object.entries(actsOf(agent));
  const first = random.below(acts.length);
  const took = new Map<string, number>();
  for (let moment = 0; moment < moments; moment++) {
    const [name, act] = acts[(first + moment) % acts.length] ?? expect.unreachable();
    if (!took.has(name)) took.set(name, await undisturbed(agent, act));
    for (const args of act.prepare) await agent.ok(args);
    const command = agent.box(act.command);
    const at = random.below(took.get(name) ?? 0);
    await sleep(at);
    await agent.kill9();
    await agent.launch();
    // Some commands (create, run) wait for another agent and finish with it, others have failed by now.
    await command;

    const state = await stateOf(agent);
    expect(state, `${name} killed after ${at} ms`).toMatch(act.states);
    if (!act.finished.test(state)) await agent.ok(act.command);
    await cleanUp(agent);
  }
}
