import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { groupId, listenOnSocket } from './unix-socket.ts';

let directory: string;
let path: string;
let servers: Server[];
const newServer = () => {
  const server = createServer();
  servers.push(server);
  return server;
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bxl-'));
  path = join(directory, 'boxd.sock');
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

describe('the unix socket', () => {
  it('is refused while another agent answers on it', async () => {
    await listenOnSocket(newServer(), path);
    await expect(listenOnSocket(newServer(), path)).rejects.toMatchObject({ code: 'IN_USE' });
  });

  it('of an agent that was killed is replaced', async () => {
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    expect(existsSync(path)).toBe(true);
    await listenOnSocket(newServer(), path);
    expect(statSync(path).isSocket()).toBe(true);
  });

  it('is never open to everybody, whatever the umask', async () => {
    const umask = process.umask(0);
    await listenOnSocket(newServer(), path);
    expect(process.umask(umask)).toBe(0);
    expect(statSync(path).mode & 0o007).toBe(0);
  });
});

it('the group is found by its whole name', () => {
  const file = 'root:x:0:\nboxyard-old:x:7:\nboxyard:x:995:ann,bob\n';
  expect(groupId(file, 'boxyard')).toBe(995);
  expect(groupId(file, 'box')).toBe(undefined);
});
