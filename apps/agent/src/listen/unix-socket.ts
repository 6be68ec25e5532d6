import { chmodSync, chownSync, mkdirSync, readFileSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { BoxError } from '@boxyard/spec';

const GROUP = 'boxyard';

/**
 * Listens on the agent's socket: 0660 for the group `boxyard` where it exists (which equals root), else 0600. A socket that a dead
 * agent left is replaced.
 * @throws BoxError IN_USE when another agent answers on it
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (await answers(path)) {
    throw new BoxError('IN_USE', `another agent answers on ${path}`, {
      hint: 'stop it first, or set BOXYARD_RUN and BOXYARD_ROOT to directories of this one',
    });
  }
  remove(path);
  // The socket file is made with the umask: nobody may come in before its mode is right.
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } finally {
    process.umask(umask);
  }
  const group = groupId(readFileSync('/etc/group', 'utf8'), GROUP);
  if (group === undefined) return;
  chownSync(path, 0, group);
  chmodSync(path, 0o660);
  // The group passes through the run directory and sees nothing in it.
  chownSync(directory, 0, group);
  chmodSync(directory, 0o710);
}

/** Whether somebody accepts connections there. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** From the text of /etc/group, group(5). Undefined when there is no such group. */
export function groupId(file: string, name: string): number | undefined {
  const line = file.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  const id = line?.split(':')[2];
  return id === undefined ? undefined : Number(id);
}
