/** Copies while a box does its worst (CVE-2018-15664, CVE-2019-14271, CVE-2022-1227, CVE-2026-41567, CVE-2026-42306). */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BoxError } from '../../packages/spec/src/errors.ts';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { importImage } from './image.ts';

const SECRET = 'what only the host knows';
const ROUNDS = 8;

let agent: TestAgent;
let outside: string;
let host: string;
beforeAll(async () => {
  agent = await TestAgent.start();
  const flip = join(agent.folder, 'flip');
  execFileSync('gcc', ['-static', '-O1', '-o', flip, join(import.meta.dirname, 'flip.c')]);
  // What a careless engine would run or load from the box: tools, name services, libraries.
  const evil = '#!/bin/sh\ntouch /pwned\n';
  const tools = ['tar', 'gzip', 'xz', 'zstd', 'unpigz', 'cp', 'ps', 'nsenter', 'boxshim'];
  await importImage(agent, 'hostile', [
    { path: 'bin/flip', mode: 0o755, data: readFileSync(flip) },
    ...tools.map((name) => ({ path: `usr/bin/${name}`, mode: 0o755, data: evil })),
    { path: 'etc/passwd', data: 'root:x:0:0:root:/root:/bin/sh\n' },
    { path: 'etc/nsswitch.conf', data: 'passwd: evil\ngroup: evil\nhosts: evil\n' },
    { path: 'etc/ld.so.preload', data: '/lib/evil.so\n' },
    ...['lib/evil.so', 'lib/libnss_evil.so.2', 'lib64/libnss_files.so.2'].map((path) => ({
      path,
      data: evil,
    })),
  ]);
  outside = join(agent.folder, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'data'), SECRET);
}, 60_000);
afterAll(() => agent.stop());
beforeEach(() => {
  host = mkdtempSync(join(agent.folder, 'host'));
});

/** A box in which /w/d is a directory at one moment and a link to the host's `outside` at the next. */
async function flipping(name: string, target: string): Promise<void> {
  const script = `mkdir -p /w/d && echo inside > /w/d/data && /bin/busybox ln -s ${target} /w/l && exec flip /w/d /w/l`;
  await agent.ok(['run', '-d', '--name', name, 'hostile', 'sh', '-c', script]);
  while (!(await agent.ok(['logs', name])).includes('flipping'))
    await new Promise((done) => setTimeout(done, 20));
}

test.each([
  ['absolute', () => outside],
  ['relative', () => `${'../'.repeat(20)}${outside.slice(1)}`],
])(
  'a directory that turns into a link (%s) leads no copy out of the box',
  async (kind, target) => {
    const name = `flip-${kind}`;
    await flipping(name, target());
    const api = apiOf(agent);
    const seen = new Set<string>();
    const read = async (path: string, followLink: boolean) => {
      try {
        const { transfer } = await api.mutate('containers.copyFrom', { container: name, path, followLink });
        const archive = (await buffer(api.download(transfer))).toString('latin1');
        expect(archive).not.toContain(SECRET);
        seen.add(archive.includes('inside') ? 'read' : 'link');
      } catch (error) {
        expect((error as BoxError).code).toBe('NOT_FOUND');
        seen.add('none');
      }
    };
    const write = async (round: number) => {
      const archive = craftArchive({ path: `d/new${round}`, data: 'x' }, { path: 'd/data', data: 'inside' });
      try {
        const { transfer } = await api.mutate('containers.copyTo', { container: name, path: '/w' });
        await api.transfer(
          transfer,
          (async function* () {
            yield archive;
          })(),
        );
        seen.add('written');
      } catch (error) {
        expect(BoxError.from(error).code, String(error)).toMatch(/^(NOT_FOUND|INVALID_ARGUMENT)$/);
        seen.add('not written');
      }
    };
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all([read('/w/d/data', false), read('/w/d', true), read('/w', false), write(round)]);
    }
    expect([...seen]).toEqual(expect.arrayContaining(['read', 'written']));
    expect(readdirSync(outside)).toEqual(['data']);
    expect(readFileSync(join(outside, 'data'), 'utf8')).toBe(SECRET);
    expect(await agent.ok(['ps', '-q', '--filter', `name=${name}`])).not.toBe('');
    await agent.ok(['rm', '-f', name]);
  },
  60_000,
);

test('nothing of the box is run or loaded, whatever its tools and libraries are called', async () => {
  await agent.ok(['run', '-d', '--name', 'tools', 'hostile', 'sleep', '1000']);
  writeFileSync(join(host, 'f'), 'f');
  execFileSync('sh', ['-c', 'tar -czf a.tgz f'], { cwd: host });
  await agent.ok(['cp', join(host, 'f'), 'tools:/tmp/f']);
  await agent.ok(['cp', '-', 'tools:/tmp'], { input: readFileSync(join(host, 'a.tgz')) });
  await agent.ok(['cp', 'tools:/etc/passwd', host]);
  await agent.ok(['export', '-o', join(host, 'all.tar'), 'tools']);
  await agent.ok(['diff', 'tools']);
  await agent.ok(['top', 'tools']);
  expect(existsSync('/pwned')).toBe(false);
  expect(await agent.ok(['exec', 'tools', 'ls', '/'])).not.toContain('pwned');
  await agent.ok(['rm', '-f', 'tools']);
});

test('FIFOs, devices and sockets are told, never opened, and replaced rather than written to', async () => {
  const make = '/bin/busybox mkfifo /fifo /fifo2; exec sleep 1000';
  await agent.ok(['run', '-d', '--name', 'nodes', 'hostile', 'sh', '-c', make]);
  for (const path of ['/fifo', '/dev/zero']) {
    const { code, stderr } = await agent.box(['cp', `nodes:${path}`, host]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('was left out') });
  }
  writeFileSync(join(host, 'f'), 'content');
  await agent.ok(['cp', join(host, 'f'), 'nodes:/fifo2']);
  expect(await agent.ok(['exec', 'nodes', 'cat', '/fifo2'])).toBe('content');
  await agent.ok(['rm', '-f', 'nodes']);
});

test('`..` and links of an archive stay in the box; of a stopped one too', async () => {
  await agent.ok(['create', '--name', 'stopped', 'hostile', 'true']);
  await agent.ok(['run', '-d', '--name', 'running', 'hostile', 'sleep', '1000']);
  for (const name of ['stopped', 'running']) {
    const up = `${'../'.repeat(20)}${outside.slice(1)}/data`;
    expect((await agent.box(['cp', `${name}:/${up}`, host])).stderr).toContain('there is no');
    const input = craftArchive(
      { path: 'out', type: 'symlink', target: outside },
      { path: 'up', type: 'symlink', target: `${'../'.repeat(20)}${outside.slice(1)}` },
      { path: 'out/a', data: 'x' },
    );
    expect((await agent.box(['cp', '-', `${name}:/tmp`], { input })).code).not.toBe(0);
    for (const path of ['../../escaped', '/tmp/../../escaped']) {
      const hostile = craftArchive({ path, data: 'x' });
      expect((await agent.box(['cp', '-', `${name}:/tmp`], { input: hostile })).stderr).toContain("'..'");
    }
    expect((await agent.box(['cp', '-L', `${name}:/tmp/out/data`, host])).code).not.toBe(0);
    expect(readdirSync(outside)).toEqual(['data']);
  }
  await agent.ok(['rm', '-f', 'stopped', 'running']);
});

test('a sparse file of 100 MB is copied as the few bytes that it is', async () => {
  const make =
    '/bin/busybox dd if=/dev/zero of=/sparse bs=1 count=1 seek=100000000 2>/dev/null; exec sleep 1000';
  await agent.ok(['run', '-d', '--name', 'sparse', 'hostile', 'sh', '-c', make]);
  await agent.ok(['cp', 'sparse:/sparse', host]);
  const status = lstatSync(join(host, 'sparse'));
  expect(status.size).toBe(100_000_001);
  expect(status.blocks).toBeLessThan(1000);
  const { stdout } = await agent.box(['cp', 'sparse:/sparse', '-']);
  expect(stdout.length).toBeLessThan(100_000);
  await agent.ok(['rm', '-f', 'sparse']);
});
