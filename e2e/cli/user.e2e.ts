/** The dashboard's password and sessions from the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, TestAgent } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';

const PASSWORD = 'correct horse battery';
const LISTEN = '127.0.0.1:7460';
let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start({ BOXYARD_LISTEN: LISTEN });
});
afterAll(() => agent[Symbol.asyncDispose]());

/** As a browser does; the status. */
async function signIn(password: string): Promise<number> {
  const response = await fetch(`http://${LISTEN}/session`, {
    method: 'POST',
    headers: { origin: `http://${LISTEN}`, 'content-type': 'application/json', 'user-agent': 'Firefox/140' },
    body: JSON.stringify({ password }),
  });
  return response.status;
}

test('box user passwd asks twice, shows nothing of what is typed, and gives the terminal back', async () => {
  const script = `${BOX} user passwd; echo "over $?"; read answer`;
  await using terminal = new Terminal('/bin/sh', ['-c', script], { env: agent.env });
  await terminal.waitFor('New password: ');
  terminal.write(`wrong\u0015${PASSWORD}x\u007f\r`);
  await terminal.waitFor('Again: ');
  terminal.write(`${PASSWORD}\r`);
  await terminal.waitFor('password set');
  await terminal.waitFor('over 0');
  expect(await terminal.isCooked()).toBe(true);
  expect(terminal.output).not.toContain('horse');
  expect(await signIn(PASSWORD)).toBe(200);
});

test('two different passwords change nothing; Ctrl-C neither', async () => {
  await using terminal = new Terminal(BOX, ['user', 'passwd'], { env: agent.env });
  await terminal.waitFor('New password: ');
  terminal.write('another horse battery\ranother horse batterz\r');
  await terminal.waitFor('the two are not the same');
  expect(await terminal.exited).toBe(125);
  await using interrupted = new Terminal(BOX, ['user', 'passwd'], { env: agent.env });
  await interrupted.waitFor('New password: ');
  interrupted.write('another\u0003');
  expect(await interrupted.exited).toBe(130);
  expect(await signIn(PASSWORD)).toBe(200);
});

test('a password on the command line is refused, one on standard input is taken without its line end', async () => {
  const { code, stderr } = await agent.box(['user', 'passwd', 'hunter2hunter2']);
  expect([code, stderr]).toEqual([125, expect.stringContaining('everybody on this host sees')]);
  expect(stderr).not.toContain('hunter2');
  const short = await agent.box(['user', 'passwd', '--stdin'], { input: 'short\n' });
  expect([short.code, short.stderr]).toEqual([125, expect.stringContaining('at least 12 characters')]);
  const debug = await agent.box(['--debug', 'user', 'passwd', '--stdin'], { input: 'a horse on a pipe\n' });
  expect([debug.code, debug.stdout + debug.stderr]).toEqual([0, expect.not.stringContaining('a horse')]);
  expect(await signIn('a horse on a pipe')).toBe(200);
  expect(agent.log).not.toContain('horse');
  expect(readFileSync(join(agent.folder, 'root', 'password.json'), 'utf8')).not.toContain('horse');
});

test('sessions are listed and revoked', async () => {
  const [, row] = (await agent.ok(['user', 'sessions'])).split('\n');
  expect(row).toMatch(/^[0-9a-f]{12} .* password +127\.0\.0\.1 +Firefox\/140$/);
  const [id = ''] = row?.split(' ') ?? [];
  expect(await agent.ok(['user', 'revoke', id])).toBe(id);
  const again = await agent.box(['user', 'revoke', id]);
  expect([again.code, again.stderr]).toEqual([125, expect.stringContaining('there is no such session')]);
  expect(await agent.ok(['user', 'revoke', '--all'])).toBe('0 browsers signed out');
  expect(JSON.parse(await agent.ok(['user', 'sessions', '--format', 'json']))).toEqual([]);
});

test('an agent listens beyond this host only with a password, and keeps it then', async () => {
  await using open = await TestAgent.start({ BOXYARD_LISTEN: '127.0.0.1:7461' });
  open.env.BOXYARD_LISTEN = '0.0.0.0:7461';
  await open.quit();
  await expect(open.launch()).rejects.toThrow('no password is set');
  open.env.BOXYARD_LISTEN = '127.0.0.1:7461';
  await open.launch();
  await open.ok(['user', 'passwd', '--stdin'], { input: PASSWORD });
  await open.quit();
  open.env.BOXYARD_LISTEN = '0.0.0.0:7461';
  await open.launch();
  const kept = await open.box(['user', 'passwd', '--remove']);
  expect([kept.code, kept.stderr]).toEqual([125, expect.stringContaining('never without a password')]);
  open.env.BOXYARD_LISTEN = '127.0.0.1:7461';
  await open.quit();
  await open.launch();
  expect(await open.ok(['user', 'passwd', '--remove'])).toContain('password removed');
});
