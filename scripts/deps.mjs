// System packages that Boxyard needs, by purpose, and their installation. Plain JavaScript for Node 20 and later: it runs before
// anything else is installed. `node scripts/deps.mjs [run|test|bench]…` installs what is missing for these purposes.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `apt` is Debian's name; `has` says whether what we need of it is there, so that other distributions and hand-made installations
 * count too.
 */
export const PACKAGES = {
  run: [
    { apt: 'busybox-static', why: 'the built-in image', has: () => hasCommand('busybox') },
    { apt: 'gcc', why: 'compiles the native helper', has: () => hasCommand('gcc') },
    { apt: 'make', why: 'builds the native helper', has: () => hasCommand('make') },
    {
      apt: 'libc6-dev',
      why: 'the C library the helper is linked with',
      has: () => hasFile('libc.a', LIBRARIES),
    },
    { apt: 'musl-tools', why: 'a C library that starts faster', has: () => hasCommand('musl-gcc') },
    { apt: 'linux-libc-dev', why: 'kernel headers', has: () => existsSync('/usr/include/linux/openat2.h') },
    { apt: 'ca-certificates', why: 'TLS', has: () => existsSync('/etc/ssl/certs/ca-certificates.crt') },
  ],
  test: [
    { apt: 'util-linux', why: 'unshare, for the sandbox', has: () => hasCommand('unshare') },
    { apt: 'chromium', why: 'end-to-end tests of the dashboard', has: () => hasCommand('chromium') },
    { apt: 'mmdebstrap', why: 'makes a real Debian image', has: () => hasCommand('mmdebstrap') },
    { apt: 'xz-utils', why: 'makes .xz archives to import', has: () => hasCommand('xz') },
    { apt: 'zstd', why: 'makes .zst archives to import', has: () => hasCommand('zstd') },
    {
      apt: 'python3',
      why: 'a pseudo-terminal for tests of the command line',
      has: () => hasCommand('python3'),
    },
    {
      apt: 'docker-registry',
      why: 'a real registry to pull from and push to',
      has: () => hasCommand('docker-registry'),
    },
    { apt: 'apache2-utils', why: 'passwords for that registry', has: () => hasCommand('htpasswd') },
    { apt: 'openssl', why: 'certificates and keys for servers of tests', has: () => hasCommand('openssl') },
    { apt: 'skopeo', why: 'another client that our images must satisfy', has: () => hasCommand('skopeo') },
    { apt: 'umoci', why: 'another unpacker to compare trees with', has: () => hasCommand('umoci') },
    { apt: 'podman', why: 'another engine to exchange images with', has: () => hasCommand('podman') },
    { apt: 'acl', why: 'sets access control lists to carry', has: () => hasCommand('setfacl') },
    { apt: 'attr', why: 'sets extended attributes to carry', has: () => hasCommand('setfattr') },
    { apt: 'libarchive-tools', why: 'archives of another dialect', has: () => hasCommand('bsdtar') },
    { apt: 'zsh', why: 'tests of completion', has: () => hasCommand('zsh') },
    { apt: 'fish', why: 'tests of completion', has: () => hasCommand('fish') },
  ],
  bench: [
    { apt: 'runc', why: 'a peer to compare with', has: () => hasCommand('runc') },
    { apt: 'crun', why: 'a peer to compare with', has: () => hasCommand('crun') },
  ],
};

const LIBRARIES = ['/usr/lib', '/usr/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'];

function hasFile(name, folders) {
  return folders.some((folder) => existsSync(join(folder, name)));
}

/** Like `command -v`, also in the sbin folders that a plain user's PATH leaves out. */
export function hasCommand(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The missing packages of these purposes, as {apt, why}. */
export function missing(purposes) {
  return purposes.flatMap((purpose) => PACKAGES[purpose]).filter((dependency) => !dependency.has());
}

/** The command line that installs these packages. */
export function installCommand(names) {
  return `apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

/**
 * Installs what is missing and says so; as another user than root, or without apt-get, prints what to install.
 * @returns {boolean} whether everything is there now
 */
export function installDependencies(purposes, say = console.log) {
  const absent = missing(purposes);
  if (absent.length === 0) return true;
  const names = absent.map((dependency) => dependency.apt);
  for (const { apt, why } of absent) say(`missing: ${apt} (${why})`);
  if (process.getuid() !== 0 || !hasCommand('apt-get')) {
    say(`Install them and run this again. On Debian and Ubuntu:\n  sudo ${installCommand(names)}`);
    if (!hasCommand('apt-get')) say('On other distributions the packages have similar names.');
    return false;
  }
  say(`installing: ${installCommand(names)}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) =>
    spawnSync('apt-get', ['-q', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: environment,
    }).status === 0;
  const install = () => apt('install', '-y', '--no-install-recommends', ...names);
  // Package lists may be absent (a fresh container image) or old: refresh them only when the first try fails.
  if (!install() && !(apt('update') && install())) {
    say(`apt-get failed. Try it by hand: ${installCommand(names)}`);
    return false;
  }
  const still = missing(purposes);
  for (const { apt: name } of still) say(`still missing after its installation: ${name}`);
  return still.length === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const purposes = process.argv.slice(2);
  const unknown = purposes.find((purpose) => !(purpose in PACKAGES));
  if (unknown || purposes.length === 0) {
    console.error(`usage: node scripts/deps.mjs ${Object.keys(PACKAGES).join('|')} …`);
    process.exit(2);
  }
  process.exitCode = installDependencies(purposes) ? 0 : 1;
}
