// How `up` and `down` meet the agent: its socket, its pid file, its start. Plain JavaScript for Node 20 and later.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { home } from './prepare.mjs';

const runFolder = process.env.BOXYARD_RUN ?? '/run/boxyard';
const socketPath = process.env.BOXYARD_SOCKET ?? join(runFolder, 'boxd.sock');

/** An agent opens its database and adopts running boxes before it listens: a busy machine may need seconds. */
const START_TIMEOUT_MS = 30_000;

/** Whether an agent answers on the socket. */
export function agentAnswers() {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Whether boxes may run though no agent answers: each has a directory here. */
export function boxesLeft() {
  const containers = join(runFolder, 'containers');
  return existsSync(containers) && readdirSync(containers).length > 0;
}

/** The agent's process id from its pid file, or undefined. */
export function agentPid() {
  try {
    return Number.parseInt(readFileSync(join(runFolder, 'boxd.pid'), 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts an agent whose messages go to this terminal and waits until it answers.
 * @returns {Promise<{exited: Promise<number>, stop: () => void}>} how it ended, and how to end it
 * @throws when it ends before it answers, or does not answer in time
 */
export async function startAgent() {
  const child = spawn(join(home, 'bin/boxd'), [], { stdio: ['ignore', 'inherit', 'inherit'] });
  let ended = false;
  const exited = new Promise((resolve) => {
    child.once('error', () => resolve(125));
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => {
    ended = true;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await agentAnswers())) {
    if (ended)
      throw new Error(`the agent ended with code ${await exited} before it answered: see its messages above`);
    if (Date.now() > deadline) {
      child.kill('SIGTERM');
      throw new Error(`the agent did not answer on ${socketPath} within ${START_TIMEOUT_MS / 1000} s`);
    }
    await sleep(50);
  }
  return { exited, stop: () => child.kill('SIGTERM') };
}

/** Runs bin/box and returns {ok, out}; what it says on stderr is shown unless `quiet`. */
export function box(args, { quiet = false } = {}) {
  const result = spawnSync(join(home, 'bin/box'), args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'],
  });
  return { ok: result.status === 0, out: (result.stdout ?? '').trim() };
}
