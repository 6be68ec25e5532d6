/**
 * `npm run bench`: every figure against its bar, floor and peers. Runs itself inside scripts/sandbox, so that it measures a fresh agent and leaves
 * nothing. `npm run bench -- start output` runs those groups only.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { BOX, TestAgent } from '../e2e/harness/agent.ts';
import { connect } from './call.ts';
import { median, processTime, times } from './measure.ts';
import { commandRows } from './rows/commands.ts';
import { crowdRows } from './rows/crowd.ts';
import { dashboardRows } from './rows/dashboard.ts';
import { floodRows } from './rows/dashboard-flood.ts';
import { keyRows } from './rows/dashboard-keys.ts';
import { lighthouseRows } from './rows/dashboard-lighthouse.ts';
import { listRows } from './rows/dashboard-list.ts';
import { feedRows } from './rows/feed.ts';
import { idleRows } from './rows/idle.ts';
import { imageRows } from './rows/images.ts';
import { logRows } from './rows/logs.ts';
import { loopRow } from './rows/loop.ts';
import { memoryRows } from './rows/memory.ts';
import { outputRows } from './rows/output.ts';
import { pullRows } from './rows/pull.ts';
import { pushRows } from './rows/push.ts';
import { startRows } from './rows/start.ts';
import { statsRows } from './rows/stats.ts';
import { terminalRows } from './rows/terminal.ts';
import { formatTable, type Row } from './table.ts';
import type { World } from './world.ts';

const GROUPS: Record<string, (world: World) => Promise<Row[]>> = {
  start: startRows,
  commands: commandRows,
  memory: memoryRows,
  output: outputRows,
  logs: logRows,
  terminal: terminalRows,
  crowd: crowdRows,
  stats: statsRows,
  feed: feedRows,
  pull: pullRows,
  push: pushRows,
  images: imageRows,
  dashboard: dashboardRows,
  lighthouse: lighthouseRows,
  list: listRows,
  keys: keyRows,
  flood: floodRows,
  idle: idleRows,
};

async function makeWorld(agent: TestAgent): Promise<World> {
  const work = join(agent.folder, 'work');
  mkdirSync(work);
  // Nothing slows the measured commands but themselves: they find the agent as a user's shell would.
  Object.assign(process.env, agent.env);
  const call = connect(agent.socketPath);
  return {
    get pid() {
      return agent.pid;
    },
    call,
    box: BOX,
    node: process.execPath,
    root: join(agent.folder, 'root'),
    run: join(agent.folder, 'run'),
    work,
    cgroups: process.env.BOXYARD_CGROUP_PARENT ?? '/sys/fs/cgroup',
    emptyNode: median(await times(20, () => processTime(process.execPath, ['-e', '0']))),
    async restart(how) {
      if (how === 'SIGKILL') await agent.kill9();
      else await agent.quit();
      const begin = performance.now();
      await agent.launch();
      await call('containers.list', { all: true });
      return performance.now() - begin;
    },
  };
}

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.find((name) => !(name in GROUPS));
  if (unknown) {
    console.error(`no group is named ${unknown}: there are ${Object.keys(GROUPS).join(', ')}`);
    return 2;
  }
  await using agent = await TestAgent.start({ BOXYARD_LISTEN: '127.0.0.1:7420' });
  const world = await makeWorld(agent);
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(GROUPS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`measuring ${name}…`);
    rows.push(...(await measure(world)));
    rows.push(await loopRow(world, `until after ${name}`));
  }
  console.log(formatTable(rows));
  return 0;
}

if (process.env.BOXYARD_SANDBOX) {
  process.exitCode = await main(process.argv.slice(2));
} else {
  const sandbox = join(import.meta.dirname, '../scripts/sandbox');
  const again = spawnSync(sandbox, [process.execPath, import.meta.filename, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = again.status ?? 1;
}
