import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An OCI bundle with busybox that runs `true` with the namespaces a box has; for the peers. Returns its directory. */
export async function makeBundle(work: string, name: string): Promise<string> {
  const bundle = join(work, `bundle-${name}`);
  const rootfs = join(bundle, 'rootfs');
  for (const directory of ['bin', 'proc', 'dev', 'sys', 'tmp'])
    mkdirSync(join(rootfs, directory), { recursive: true });
  cpSync('/bin/busybox', join(rootfs, 'bin/busybox'));
  chmodSync(join(rootfs, 'bin/busybox'), 0o755);
  symlinkSync('busybox', join(rootfs, 'bin/true'));
  const config = {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: ['/bin/true'],
      env: ['PATH=/bin'],
      cwd: '/',
      capabilities: { bounding: [], effective: [], permitted: [] },
    },
    root: { path: 'rootfs', readonly: false },
    hostname: 'bench',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
    ],
    linux: { namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })) },
  };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  return bundle;
}
