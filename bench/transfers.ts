import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from './call.ts';
import type { World } from './world.ts';

interface Task {
  id: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  revision: number;
  error: { message: string } | null;
}

/** Lets the agent talk plain HTTP to a registry of the bench. */
export function trust(world: World, host: string): void {
  appendFileSync(join(world.root, 'registries.toml'), `[registry."${host}"]\ninsecure = true\n`);
}

/** Begins a pull or push and resolves at its end; rejects with what it failed of. */
export async function transfer(
  call: Call,
  procedure: 'images.pull' | 'images.push',
  input: object,
): Promise<void> {
  let task = await call<Task>(procedure, input);
  while (task.state === 'running') {
    task = await call<Task>('tasks.follow', { task: task.id, after: task.revision });
  }
  if (task.state !== 'done') throw new Error(`${procedure} ${JSON.stringify(input)}: ${task.error?.message}`);
}
