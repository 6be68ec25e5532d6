import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { craftArchive } from '../tar/craft.ts';
import { manifestOf } from '../testing/manifest.ts';
import { sh, TestTrees } from '../testing/trees.ts';

async function* single(bytes: Uint8Array) {
  yield bytes;
}

describe('writing into a tree', () => {
  it('makes what the archive holds, and with setRoot the same tree as where it was read', async () => {
    await using test = new TestTrees();
    const { path, root } = test.make(
      'from',
      `mkdir -p d/e; echo hi > d/f; ln d/f d/twin; ln -s f d/link; mkfifo p; mknod n c 1 3; chmod 1777 d/e; chmod 750 .
       setfattr -n user.x -v y d/f; setcap cap_net_raw+ep d/f; truncate -s 5M sparse; chown -R 7:8 d; touch -d @5.000000006 d/f
       chmod 4755 d/twin; find . -type d -exec touch -d @9.5 {} +`,
    );
    const to = test.make('to', '');
    await test.trees.write({ root: to.root, setRoot: true }, test.trees.read({ root }));
    expect(manifestOf(to.path)).toEqual(manifestOf(path));
    await test.trees.write({ root: to.root, setRoot: true }, test.trees.read({ root }));
    expect(manifestOf(to.path)).toEqual(manifestOf(path));
  });

  it('gives everything to one owner when asked, and leaves the destination itself as it is', async () => {
    await using test = new TestTrees();
    const { path, root } = test.make('tree', 'mkdir in; chmod 701 in; touch -d @1 in');
    const archive = craftArchive(
      { path: './', type: 'directory', mode: 0o777, uid: 5 },
      { path: 'f', data: 'x', uid: 5, gid: 6 },
    );
    await test.trees.write({ root, path: '/in', owner: { uid: 0, gid: 0 } }, single(archive));
    expect(lstatSync(join(path, 'in')).mode & 0o7777).toBe(0o701);
    expect(lstatSync(join(path, 'in/f'))).toMatchObject({ uid: 0, gid: 0 });
  });

  it('replaces files and links, never follows a link at the end, and follows those on the way inside the root', async () => {
    await using test = new TestTrees();
    writeFileSync(test.path('outside'), 'outside');
    const { path, root } = test.make(
      'tree',
      `mkdir usr usr/lib in in/kept; echo kept > in/kept/k; ln -s /usr/lib lib; ln -s ../outside in/file; ln -s ../../../../.. up; echo old > in/old`,
    );
    await test.trees.write(
      { root, path: '/in' },
      single(
        craftArchive(
          { path: 'file', data: 'new' },
          { path: 'old', data: 'new' },
          { path: 'kept/', type: 'directory', mode: 0o700 },
        ),
      ),
    );
    expect(readFileSync(test.path('outside'), 'utf8')).toBe('outside');
    expect(lstatSync(join(path, 'in/file')).isFile()).toBe(true);
    expect(readFileSync(join(path, 'in/old'), 'utf8')).toBe('new');
    expect(readFileSync(join(path, 'in/kept/k'), 'utf8')).toBe('kept\n');
    expect(lstatSync(join(path, 'in/kept')).mode & 0o777).toBe(0o700);
    await test.trees.write(
      { root },
      single(
        craftArchive(
          { path: 'lib/a/b', data: 'b' },
          { path: 'up/top', data: 't' },
          { path: 'twin', type: 'link', target: 'lib/a/b' },
        ),
      ),
    );
    expect(readFileSync(join(path, 'usr/lib/a/b'), 'utf8')).toBe('b');
    expect(readFileSync(join(path, 'top'), 'utf8')).toBe('t');
    expect(lstatSync(join(path, 'twin')).ino).toBe(lstatSync(join(path, 'usr/lib/a/b')).ino);
  });

  it('refuses a directory over a file and the other way round, unless it may replace them', async () => {
    await using test = new TestTrees();
    const { path, root } = test.make('tree', 'mkdir -p d/deep; echo x > f; ln -s d l');
    const write = (replace: boolean, ...entries: Parameters<typeof craftArchive>) =>
      test.trees.write({ root, replace }, single(craftArchive(...entries)));
    const refused = (message: string) => ({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
    });
    await expect(write(false, { path: 'd', data: 'x' })).rejects.toMatchObject(
      refused("cannot overwrite directory 'd' with a non-directory"),
    );
    for (const name of ['f', 'l']) {
      await expect(write(false, { path: name, type: 'directory' })).rejects.toMatchObject(
        refused(`cannot overwrite non-directory '${name}' with a directory`),
      );
    }
    await write(true, { path: 'd', data: 'x' }, { path: 'f', type: 'directory', mode: 0o755 });
    expect(readFileSync(join(path, 'd'), 'utf8')).toBe('x');
    expect(lstatSync(join(path, 'f')).isDirectory()).toBe(true);
  });

  it('takes names like whiteouts for names, and refuses `..`, dangling ways and what is missing', async () => {
    await using test = new TestTrees();
    const { path, root } = test.make('tree', 'ln -s missing gone');
    const write = (into: string, entry: { path: string; data?: string }) =>
      test.trees.write({ root, path: into }, single(craftArchive(entry)));
    await write('/', { path: 'a/.wh.b', data: 'x' });
    expect(readdirSync(join(path, 'a'))).toEqual(['.wh.b']);
    await expect(write('/', { path: '../x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(write('/', { path: 'gone/x' })).rejects.toThrow('gone');
    await expect(write('/nowhere', { path: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(test.trees.write({ root }, single(Buffer.from('no tar')))).rejects.toMatchObject({
      message: 'this is no tar archive',
    });
    expect(existsSync(join(path, 'missing'))).toBe(false);
  });

  it('writes and reads what a running process sees, its mounts too', async () => {
    await using test = new TestTrees();
    const { path } = test.make('tree', 'mkdir mnt; echo below > mnt/below');
    const script = `mount --make-rprivate / && mount --bind ${path} ${path} && mount -t tmpfs t ${path}/mnt && echo in > ${path}/mnt/in && echo ready && exec sleep 1000`;
    const child = spawn('unshare', ['-m', 'sh', '-euc', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const pidfd = test.kernel.pidfdOpen(child.pid as number);
    const root = { kind: 'process' as const, pidfd };
    await test.trees.write(
      { root, path: join(path, 'mnt') },
      single(craftArchive({ path: 'new', data: 'n' })),
    );
    const names = (await test.read({ root, path, name: '' })).toString('latin1');
    expect(names).toContain('mnt/new');
    expect(names).not.toContain('mnt/below');
    expect(
      execFileSync('nsenter', ['-t', String(child.pid), '-m', 'ls', join(path, 'mnt')], { encoding: 'utf8' }),
    ).toBe('in\nnew\n');
    expect(readdirSync(join(path, 'mnt'))).toEqual(['below']);
    expect((await test.read({ root, path: '/proc', name: 'x' }).catch((error) => error)).code).toBe(
      'INVALID_ARGUMENT',
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect(test.read({ root, path })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    test.kernel.close(pidfd);
  });
});

test('the helper can run nothing, reach nothing, and has no more privileges than making files needs', async () => {
  await using place = new TestTrees();
  const { root } = place.make('tree', '');
  const CAP_SYS_ADMIN = 1n << 21n;
  const CAP_SYS_PTRACE = 1n << 19n;
  let status = '';
  async function* watched() {
    // The header, so that the helper is inside and waits for more.
    yield craftArchive({ path: 'a', data: 'x'.repeat(300_000) }).subarray(0, 290_000);
    while (!/^Seccomp:\t2$/m.test(status)) {
      status = statusOfHelper();
      await new Promise((done) => setTimeout(done, 5));
    }
  }
  await expect(place.trees.write({ root }, watched())).rejects.toThrow('cut off');
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  for (const set of ['CapEff', 'CapPrm', 'CapInh']) {
    const held = BigInt(`0x${new RegExp(`^${set}:\t(.*)$`, 'm').exec(status)?.[1]}`);
    expect(held & (CAP_SYS_ADMIN | CAP_SYS_PTRACE), set).toBe(0n);
  }
});

function statusOfHelper(): string {
  const children = readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );
  const texts = children.map((pid) => readFileSync(`/proc/${pid}/status`, 'utf8'));
  return texts.find((text) => /^Seccomp:\t2$/m.test(text)) ?? '';
}

describe('looking at a tree', () => {
  it('says what is at a path, a link or where it leads, resolved in the root', async () => {
    await using test = new TestTrees();
    const { root } = test.make(
      'tree',
      'mkdir -p a/b; echo hello > a/b/f; ln -s /a/b/f link; ln -s nowhere dangling; ln -s a dir',
    );
    const stat = async (path: string, followLink = false) => {
      const found = await test.trees.stat({ root, path, followLink });
      return found && { path: found.path.toString(), size: found.size, target: found.target.toString() };
    };
    expect(await stat('/dir/b/f')).toEqual({ path: '/a/b/f', size: 6, target: '' });
    expect(await stat('/link')).toMatchObject({ path: '/link', target: '/a/b/f' });
    expect(await stat('/link', true)).toMatchObject({ path: '/a/b/f', target: '' });
    expect(await stat('/dangling', true)).toBeUndefined();
    expect(await stat('/')).toMatchObject({ path: '/' });
    expect(await stat('/missing/x')).toBeUndefined();
  });

  it('names what an upper directory adds, changes and hides, directories before what they hold', async () => {
    await using test = new TestTrees();
    const lower = test.make('lower', 'mkdir -p etc/old usr; echo a > etc/a; echo b > etc/b; ln -s /usr link');
    const upper = test.make(
      'upper',
      'mkdir -p etc new; echo c > etc/a; mknod etc/b c 0 0; mknod etc/never c 0 0; echo n > new/n; mkdir link; touch link/x',
    );
    const changes = await test.trees.changes({ upper: upper.root, lower: lower.root });
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'C etc',
      'C etc/a',
      'D etc/b',
      'C link',
      'A link/x',
      'A new',
      'A new/n',
    ]);
    expect(readlinkSync(join(lower.path, 'link'))).toBe('/usr');
    mkdirSync(test.path('empty'));
    sh('rm -rf etc new link', upper.path);
    expect(await test.trees.changes({ upper: upper.root, lower: lower.root })).toEqual([]);
  });
});
