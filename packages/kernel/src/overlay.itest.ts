import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { moveMount, unmount } from './mounts.ts';
import { overlay, overlayInOneString } from './overlay.ts';

/** More than mount(2) takes by name, and than most images have. */
const LAYERS = 130;
const directory = mkdtempSync(join(tmpdir(), 'overlay-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const lowers = Array.from({ length: LAYERS }, (_, index) => {
  const layer = join(directory, `layer-${String(index).padStart(64, '0')}`);
  mkdirSync(layer);
  writeFileSync(join(layer, `only-${index}`), `${index}\n`);
  writeFileSync(join(layer, 'uppermost'), String(index));
  return layer;
});
mkdirSync(join(lowers.at(-1) as string, 'bin'));
cpSync('/bin/busybox', join(lowers.at(-1) as string, 'bin', 'busybox'));

test.each([
  ['one at a time', overlay],
  ['in one string, as before Linux 6.5', overlayInOneString],
])(`an overlay of ${LAYERS} layers, given %s, shows all of them and runs a program`, (name, mountOverlay) => {
  const box = join(directory, name.slice(0, 3));
  const [upper, work, target] = ['upper', 'work', 'target'].map((part) => join(box, part)) as [
    string,
    string,
    string,
  ];
  for (const path of [upper, work, target]) mkdirSync(path, { recursive: true });
  const mount = mountOverlay({ lowers, upper, work, options: ['metacopy=off', 'redirect_dir=off'] });
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(box);
  moveMount(mount, target);
  try {
    expect(readdirSync(target)).toHaveLength(LAYERS + 2);
    expect(readFileSync(join(target, 'uppermost'), 'utf8')).toBe('0');
    const program = ['/bin/busybox', 'sh', '-c', 'read x < only-129; echo $x > made; echo $x'];
    expect(execFileSync('chroot', [target, ...program]).toString()).toBe('129\n');
    expect(readFileSync(join(upper, 'made'), 'utf8')).toBe('129\n');
    expect(readdirSync(box).sort()).toEqual(['target', 'upper', 'work']);
  } finally {
    unmount(target, { detach: true });
  }
});
