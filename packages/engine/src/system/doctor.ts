import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import type { DoctorCheck } from '@boxyard/api';
import type { EngineContext } from '../context.ts';
import { cgroupMode } from './service.ts';

/** Supported and tested from here on; older ones lack calls that we make. */
const KERNEL_MINIMUM = [5, 15] as const;
const KERNEL_SUPPORTED = [6, 1] as const;

type Finding = Omit<DoctorCheck, 'id' | 'title'>;
const ok = (found: string): Finding => ({ status: 'ok', found, advice: null });
const warning = (found: string, advice: string): Finding => ({ status: 'warning', found, advice });
const missing = (found: string, advice: string): Finding => ({ status: 'missing', found, advice });

/** What this host has and lacks, each with what to do about it. */
export function checkHost(engine: EngineContext): DoctorCheck[] {
  const checks: [id: string, title: string, check: () => Finding][] = [
    ['kernel', 'Kernel', checkKernel],
    ['root', 'Privileges', checkPrivileges],
    ['cgroup', 'Control groups', checkCgroupMode],
    ['controllers', 'Limits', () => checkControllers(engine)],
    ['overlay', 'OverlayFS', () => checkOverlay(engine)],
    ['user-namespaces', 'User namespaces', checkUserNamespaces],
    ['busybox', 'Built-in image', checkBusybox],
    ['time-zones', 'Time zones', checkTimeZones],
    ['images', 'Images', () => checkImages(engine)],
  ];
  return checks.map(([id, title, check]) => ({ id, title, ...check() }));
}

function checkKernel(): Finding {
  const release = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
  const [major = 0, minor = 0] = release.split('.').map(Number);
  const reaches = ([a, b]: readonly [number, number]) => major > a || (major === a && minor >= b);
  if (reaches(KERNEL_SUPPORTED)) return ok(release);
  if (reaches(KERNEL_MINIMUM)) return warning(release, 'best effort: 6.1 or newer is what is tested');
  return missing(release, 'boxes need Linux 5.15 or newer; 6.1 is what is tested');
}

function checkPrivileges(): Finding {
  if (process.geteuid?.() === 0) return ok('root');
  return missing(`user ${process.geteuid?.()}`, 'start the agent as root');
}

function checkCgroupMode(): Finding {
  switch (cgroupMode()) {
    case 'unified':
      return ok('v2');
    case 'hybrid':
      return warning(
        'v2 beside v1: controllers bound to v1 cannot limit boxes',
        'boot with systemd.unified_cgroup_hierarchy=1 (or cgroup_no_v1=all)',
      );
    case 'none':
      return missing('no cgroup2 file system is mounted', 'mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified');
  }
}

/** Controllers that limits of boxes are made with. */
const CONTROLLERS = ['cpu', 'cpuset', 'memory', 'pids', 'io'];

function checkControllers(engine: EngineContext): Finding {
  const there = engine.cgroups.controllers();
  const lacking = CONTROLLERS.filter((controller) => !there.includes(controller));
  if (lacking.length === 0) return ok(there.join(', '));
  return warning(
    `${there.length > 0 ? there.join(', ') : 'none'}; missing: ${lacking.join(', ')}`,
    'limits that need a missing controller are refused; free it from cgroup v1, or delegate it (Delegate=yes)',
  );
}

function checkOverlay(engine: EngineContext): Finding {
  if (engine.host.fileSystems.has('overlay')) return ok('native');
  return missing('the kernel does not list it', 'load the module: modprobe overlay');
}

/** Switches that distributions have put before user namespaces; boxes without --userns do not need them. */
function checkUserNamespaces(): Finding {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined);
  if (read('/proc/sys/user/max_user_namespaces') === '0') {
    return warning('user.max_user_namespaces is 0', 'sysctl -w user.max_user_namespaces=65536');
  }
  if (read('/proc/sys/kernel/unprivileged_userns_clone') === '0') {
    return warning('root only', 'for rootless boxes: sysctl -w kernel.unprivileged_userns_clone=1');
  }
  if (read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return warning(
      'restricted by AppArmor for users that are not root',
      'for rootless boxes: an AppArmor profile with "userns," for boxd',
    );
  }
  return ok('available');
}

function checkBusybox(): Finding {
  const found = ['/bin/busybox', '/usr/bin/busybox'].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found ? ok(found) : missing('no busybox on this host', 'apt install busybox-static');
}

function checkTimeZones(): Finding {
  if (existsSync('/usr/share/zoneinfo')) return ok('/usr/share/zoneinfo');
  return warning('not installed: --tz finds no zone', 'apt install tzdata');
}

function checkImages(engine: EngineContext): Finding {
  const { broken } = engine.images;
  if (broken.length === 0) return ok(`${engine.images.list().length}, all readable`);
  return warning(
    `${broken.length} cannot be read: ${broken.map(({ error }) => error.message).join('; ')}`,
    'remove them (box rmi) and import them again',
  );
}
