import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { arch, cpus, totalmem } from 'node:os';
import type { InfoView, SystemService } from '@boxyard/api';
import { findCgroup2, parseMountInfo } from '@boxyard/kernel';
import { isAlive } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';
import { diskView } from './disk.ts';
import { checkHost } from './doctor.ts';
import { findLeaks } from './leaks.ts';

/** Figures that the agent measures of itself. */
export type AgentFigures = () => InfoView['agent'];

/** Highest version of the frame protocol that this agent speaks. */
const PROTOCOL = 1;

export function systemService(engine: EngineContext, figures: AgentFigures): SystemService {
  return {
    info: () => infoOf(engine, figures()),
    async version() {
      return {
        version: engine.version,
        build: engine.build,
        protocol: PROTOCOL,
        node: process.versions.node,
      };
    },
    async doctor({ leaks }) {
      return { checks: checkHost(engine), leaks: leaks ? await findLeaks(engine) : null };
    },
    disk: () => diskView(engine),
  };
}

async function infoOf(engine: EngineContext, agent: InfoView['agent']): Promise<InfoView> {
  const containers = [...engine.containers.values()];
  const running = containers.filter(({ state }) => isAlive(state)).length;
  const space = await statfs(engine.paths.root);
  return {
    version: engine.version,
    build: engine.build,
    rootless: process.geteuid?.() !== 0,
    kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
    os: osName(),
    architecture: arch(),
    cpus: cpus().length,
    memory: totalmem(),
    instanceId: engine.images.instanceId,
    root: engine.paths.root,
    run: engine.paths.run,
    cgroup: { mode: cgroupMode(), root: engine.cgroups.root, controllers: engine.cgroups.controllers() },
    storage: {
      driver: 'overlay',
      fileSystem: fileSystemOf(engine.paths.root),
      free: space.bavail * space.bsize,
      size: space.blocks * space.bsize,
    },
    network: { default: 'none', available: ['none', 'host'] },
    security: ['capabilities', 'masked paths', 'no-new-privileges (on request)'],
    containers: { total: containers.length, running, stopped: containers.length - running },
    images: engine.images.list().length,
    uptimeSeconds: Math.round(process.uptime()),
    agent,
  };
}

function osName(): string {
  try {
    const [, name] = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
    return name ?? 'Linux';
  } catch {
    return 'Linux';
  }
}

/** `hybrid`: cgroup v1 hierarchies are mounted beside cgroup2 and keep their controllers. */
export function cgroupMode(): InfoView['cgroup']['mode'] {
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  if (findCgroup2(mounts) === undefined) return 'none';
  return mounts.some(({ type }) => type === 'cgroup') ? 'hybrid' : 'unified';
}

function fileSystemOf(path: string): string {
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  const above = mounts.filter(
    ({ mountPoint }) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`),
  );
  // Later lines lie over earlier ones; the longest mount point is the nearest.
  return above.sort((a, b) => a.mountPoint.length - b.mountPoint.length).at(-1)?.type ?? 'unknown';
}
