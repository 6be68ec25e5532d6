/** Signing in to registries from the command line, and what is left of it on disk. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BOX, TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { allowPlainHttp, TestRegistry } from '../harness/registry.ts';
import { Terminal } from '../harness/terminal.ts';
import { REGISTRY_PASSWORD, REGISTRY_USER } from '../harness/token-server.ts';

let agent: TestAgent;
let registry: TestRegistry;
let config: string;
beforeAll(async () => {
  [agent, registry] = await Promise.all([TestAgent.start(), TestRegistry.start({ auth: 'htpasswd' })]);
  allowPlainHttp(agent, registry.host);
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  agent.env.DOCKER_CONFIG = folder;
  config = join(folder, 'config.json');
  return () => rmSync(folder, { recursive: true });
});

const stdin = () => ['login', '-u', REGISTRY_USER, '--password-stdin', registry.host];
const configured = () => JSON.parse(readFileSync(config, 'utf8'));

test('box login keeps the password in Docker’s own file, for its owner alone, and says that it is in clear', async () => {
  writeFileSync(config, JSON.stringify({ auths: { 'other.lan': { auth: 'YTpi' } }, detachKeys: 'ctrl-q' }));
  const { code, stdout, stderr } = await agent.box(stdin(), { input: `${REGISTRY_PASSWORD}\n` });
  expect([code, stdout]).toEqual([0, `signed in to ${registry.host} as alice\n`]);
  expect(stderr).toContain(`in clear in ${config}`);
  const auth = Buffer.from(`${REGISTRY_USER}:${REGISTRY_PASSWORD}`).toString('base64');
  const auths = { 'other.lan': { auth: 'YTpi' }, [registry.host]: { auth } };
  expect(configured()).toEqual({ auths, detachKeys: 'ctrl-q' });
  expect(statSync(config).mode & 0o777).toBe(0o600);
  expect(await agent.ok(['logout', `http://${registry.host}/v1/`])).toBe(`signed out of ${registry.host}`);
  expect(configured().auths).toEqual({ 'other.lan': { auth: 'YTpi' } });
  expect(await agent.ok(['logout', registry.host])).toBe(`not signed in to ${registry.host}`);
});

test('on a terminal it asks, shows the name and not the password', async () => {
  await using terminal = new Terminal(BOX, ['login', registry.host], { env: agent.env });
  await terminal.waitFor('User name');
  terminal.write(`bob\u0015alicf\u007fe\r`);
  await terminal.waitFor('Password: ');
  terminal.write(`${REGISTRY_PASSWORD}\r`);
  await terminal.waitFor(`signed in to ${registry.host} as alice`);
  expect(await terminal.exited).toBe(0);
  expect(terminal.output).toContain('bob');
  expect(terminal.output).not.toContain('horse');
});

test('a password that the registry does not take is not kept; one on the command line is warned of', async () => {
  const wrong = await agent.box(stdin(), { input: 'wrong\n' });
  expect([wrong.code, wrong.stderr]).toEqual([125, expect.stringContaining('does not take this user name')]);
  expect(() => statSync(config)).toThrow();
  const shown = await agent.box(['login', '-u', 'alice', '-p', REGISTRY_PASSWORD, registry.host]);
  expect([shown.code, shown.stderr]).toEqual([0, expect.stringContaining('everybody on this host')]);
  const debug = await agent.box(['--debug', ...stdin()], { input: REGISTRY_PASSWORD });
  expect(debug.stdout + debug.stderr).not.toContain('horse');
  expect(agent.log).not.toContain('horse');
});

test('a credential helper keeps it where one is configured', async () => {
  const folder = join(config, '..');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(
    join(folder, 'bin', 'docker-credential-test'),
    `#!/bin/sh\ncat > "${folder}/$1"; [ "$1" != get ] || cat "${folder}/store"\n`,
    { mode: 0o755 },
  );
  writeFileSync(config, JSON.stringify({ credsStore: 'test' }));
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  const { code, stderr } = await agent.box(stdin(), { input: REGISTRY_PASSWORD, env });
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(readFileSync(join(folder, 'store'), 'utf8'))).toEqual({
    ServerURL: registry.host,
    Username: REGISTRY_USER,
    Secret: REGISTRY_PASSWORD,
  });
  expect(configured()).toEqual({ credsStore: 'test', auths: { [registry.host]: {} } });
  expect((await agent.box(['logout', registry.host], { env })).code).toBe(0);
  expect(readFileSync(join(folder, 'erase'), 'utf8')).toBe(registry.host);
});

test('the agent keeps what the dashboard gives it, lists it without the password, and forgets it', async () => {
  const api = apiOf(agent);
  const login = {
    registry: registry.host,
    username: REGISTRY_USER,
    password: REGISTRY_PASSWORD,
    store: true,
  };
  const view = { host: registry.host, username: REGISTRY_USER, keptBy: 'file', insecure: true };
  expect(await api.mutate('registries.login', login)).toMatchObject(view);
  expect(await api.query('registries.list', undefined)).toEqual([expect.objectContaining(view)]);
  expect(JSON.stringify(await api.query('registries.list', undefined))).not.toContain('horse');
  const file = join(agent.folder, 'root', 'registry', 'config.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await api.mutate('registries.logout', { registry: registry.host });
  expect(await api.query('registries.list', undefined)).toEqual([
    expect.objectContaining({ host: registry.host, username: null, keptBy: null }),
  ]);
});
