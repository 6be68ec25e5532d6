import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CredentialFile, hostOf, userCredentialPath } from './index.ts';

const ALICE = { username: 'alice', password: 'a:b c' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
let folder: string;
let path: string;
let file: CredentialFile;
const oldPath = process.env.PATH;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  path = join(folder, 'config.json');
  file = new CredentialFile(path);
  process.env.PATH = `${folder}:${oldPath}`;
});
afterEach(() => {
  process.env.PATH = oldPath;
  rmSync(folder, { recursive: true });
});
const write = (document: object) => writeFileSync(path, JSON.stringify(document));
const read = () => JSON.parse(readFileSync(path, 'utf8'));
/** A helper whose answers are a shell script; `$1` is the verb. */
const helper = (name: string, script: string) =>
  writeFileSync(join(folder, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

it('reads what Docker wrote: passwords with colons, identity tokens, the old key of Docker Hub, other spellings', async () => {
  write({
    auths: {
      'ghcr.io': { auth: base64('alice:a:b c') },
      'token.lan': { auth: base64('00000000-0000:'), identitytoken: 'T' },
      'https://index.docker.io/v1/': { auth: base64('hub:secret\0\0') },
      'https://old.lan/v2/': { username: 'u', password: 'p' },
    },
  });
  expect(await file.find('ghcr.io')).toEqual(ALICE);
  expect(await file.find('token.lan')).toEqual({ identityToken: 'T' });
  expect(await file.find('docker.io')).toEqual({ username: 'hub', password: 'secret' });
  expect(await file.find('old.lan')).toEqual({ username: 'u', password: 'p' });
  for (const other of ['ghcr.io:443', 'evil-ghcr.io', 'lan']) expect(await file.find(other)).toBeUndefined();
});

it('keeps what it does not know, makes the file for its owner alone, and leaves a link a link', async () => {
  const real = join(folder, 'dotfiles.json');
  writeFileSync(real, JSON.stringify({ psFormat: 'x', auths: { 'a.lan': { auth: base64('a:b') } } }), {
    mode: 0o644,
  });
  symlinkSync(real, path);
  expect(await file.store('docker.io', ALICE)).toEqual({
    host: 'docker.io',
    username: 'alice',
    keptBy: 'file',
    helper: null,
  });
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(statSync(real).mode & 0o777).toBe(0o600);
  expect(read()).toEqual({
    psFormat: 'x',
    auths: {
      'a.lan': { auth: base64('a:b') },
      'https://index.docker.io/v1/': { auth: base64('alice:a:b c') },
    },
  });
  expect(await file.erase('docker.io')).toBe(true);
  expect(await file.erase('docker.io')).toBe(false);
  expect(read().auths).toEqual({ 'a.lan': { auth: base64('a:b') } });
});

it('ten at once all stay', async () => {
  const hosts = Array.from({ length: 10 }, (_, at) => `r${at}.lan`);
  await Promise.all(hosts.map((host) => file.store(host, ALICE)));
  expect((await file.list()).map(({ host }) => host)).toEqual(hosts);
});

it('a helper for one host, another for the rest; asked once for many; nothing of it is in the file', async () => {
  helper('one', `cat > ${folder}/one.$1; [ $1 != get ] || echo '{"Username":"<token>","Secret":"T"}'`);
  helper(
    'rest',
    `[ $1 != list ] || echo '{"https://b.lan/":"bob"}'; [ $1 != get ] || { echo credentials not found in native keychain; exit 1; }`,
  );
  write({ credHelpers: { 'a.lan': 'one' }, credsStore: 'rest', auths: { 'c.lan': { auth: base64('c:d') } } });
  expect(await file.find('a.lan')).toEqual({ identityToken: 'T' });
  expect(readFileSync(join(folder, 'one.get'), 'utf8')).toBe('a.lan');
  rmSync(join(folder, 'one.get'));
  expect(await file.find('a.lan')).toEqual({ identityToken: 'T' });
  expect(() => statSync(join(folder, 'one.get'))).toThrow();
  expect(await file.find('b.lan')).toBeUndefined();
  expect(await file.find('c.lan')).toEqual({ username: 'c', password: 'd' });
  await file.store('a.lan', { identityToken: 'secret' });
  expect(JSON.parse(readFileSync(join(folder, 'one.store'), 'utf8'))).toEqual({
    ServerURL: 'a.lan',
    Username: '<token>',
    Secret: 'secret',
  });
  expect(readFileSync(path, 'utf8')).not.toContain('secret');
  expect(await file.list()).toEqual([
    { host: 'a.lan', username: null, keptBy: 'helper', helper: 'one' },
    { host: 'b.lan', username: 'bob', keptBy: 'helper', helper: 'rest' },
    { host: 'c.lan', username: 'c', keptBy: 'helper', helper: 'rest' },
  ]);
});

it('a helper that is missing, fails or talks rubbish is named, its words without secrets', async () => {
  write({ credsStore: 'none' });
  await expect(file.find('a.lan')).rejects.toThrow('docker-credential-none is not installed');
  helper('bad', 'echo locked; exit 3');
  write({ credsStore: 'bad' });
  await expect(file.find('a.lan')).rejects.toThrow('docker-credential-bad ended with code 3: locked');
  helper('odd', 'echo hunter2');
  write({ credsStore: 'odd' });
  await expect(file.find('a.lan')).rejects.toThrow(
    /^the credential helper docker-credential-odd answered with no JSON object$/,
  );
  write({ credsStore: '../../bin/sh' });
  await expect(file.find('a.lan')).rejects.toThrow('is no name of a credential helper');
});

it('a file that is something else is refused without showing what is in it', async () => {
  for (const text of ['hunter2', '[]', '{"auths":[]}', '{"auths":{"a":1}}', '{"credsStore":1}']) {
    writeFileSync(path, text);
    await expect(file.find('a.lan')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(file.find('a.lan')).rejects.not.toThrow('hunter2');
  }
  rmSync(path);
  expect(await file.find('a.lan')).toBeUndefined();
});

it('a folder that cannot be written to leaves no half file', async () => {
  const into = new CredentialFile(join(folder, 'file', 'config.json'));
  writeFileSync(join(folder, 'file'), '');
  chmodSync(join(folder, 'file'), 0o600);
  await expect(into.store('a.lan', ALICE)).rejects.toThrow(/cannot (use|write)/);
});

it('hosts are known in every spelling', () => {
  expect(
    ['https://index.docker.io/v1/', 'index.docker.io', 'registry-1.docker.io', 'docker.io'].map(hostOf),
  ).toEqual(Array(4).fill('docker.io'));
  expect(hostOf('http://a.lan:5000/v2/')).toBe('a.lan:5000');
  expect(userCredentialPath({ DOCKER_CONFIG: '/x' })).toBe('/x/config.json');
  expect(userCredentialPath({ HOME: '/home/a' })).toBe('/home/a/.docker/config.json');
});
