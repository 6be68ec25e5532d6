import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';

let agent: TestAgent;
const box = (...args: string[]) => agent.ok(args);
const folder = mkdtempSync(join(tmpdir(), 'prune-'));
beforeAll(async () => {
  agent = await TestAgent.start();
  const tree = join(folder, 'old');
  mkdirSync(join(tree, 'etc'), { recursive: true });
  writeFileSync(join(tree, 'etc', 'noise'), Buffer.alloc(3_000_000, 1));
  await box('import', tree, 'old');
});
afterAll(async () => {
  await agent?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('df names the kinds and adds them up; -v names each thing', async () => {
  await box('run', '--name', 'ended', '-v', '/data', 'busybox', 'true');
  const short = await box('df');
  expect(short).toMatch(/Images +2 +1 +\d/);
  expect(short).toMatch(/Boxes +1 +0 /);
  expect(short).toMatch(/Volumes +1 +1 /);
  expect(short).toMatch(/^Other: .*All: .* on disk\.$/m);
  const long = await box('system', 'df', '-v');
  expect(long).toMatch(/^old:latest +\w{12} /m);
  expect(long).toMatch(/^ended +\w{12} +exited/m);
});

test('verify reads everything, names what is damaged and who needs it, and import brings it back', async () => {
  expect(await box('image', 'verify', '-q')).toMatch(/6 blobs and 2 layers .* 0 are damaged/);
  const { layerDetails } = JSON.parse(await box('image', 'inspect', 'old'))[0];
  const layer = join(agent.folder, 'root', 'layers', layerDetails[0].diffId);
  writeFileSync(join(layer, 'etc', 'noise'), 'x');
  const { code, stdout } = await agent.box(['image', 'verify', '-q', 'old']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^layer \w{12}: 'etc\/noise' has another size; needed by old:latest$/m);
  await box('import', join(folder, 'old'), 'old');
  expect(await box('image', 'verify', '-q', 'old')).toMatch(/ 0 are damaged/);
});

test('prune says beforehand what it does, and then does that', async () => {
  const preview = await box('prune', '-a', '--volumes', '--dry-run');
  expect(preview).toMatch(/^box +ended /m);
  expect(preview).toMatch(/^image +old:latest/m);
  expect(preview).toMatch(/^image +busybox:latest/m);
  expect(preview).toMatch(/^volume /m);
  expect(await box('ps', '-aq')).not.toBe('');
  const asked = await agent.box(['prune', '-a', '--volumes']);
  expect(asked.code).toBe(125);
  expect(asked.stderr).toContain('box prune -f -a --volumes');
  const done = await box('prune', '-a', '--volumes', '-f');
  expect(done.replace('freed', 'would free')).toBe(preview);
  expect(await box('ps', '-aq')).toBe('');
  expect(await box('image', 'ls', '-q')).toBe('');
  expect(await box('volume', 'ls', '-q')).toBe('');
  expect(await box('prune', '-a', '--dry-run')).toBe('nothing to remove');
});

test('a filter that pruning does not know is named', async () => {
  const { code, stderr } = await agent.box(['image', 'prune', '--filter', 'colour=red']);
  expect(code).toBe(125);
  expect(stderr).toContain('colour=red');
});
