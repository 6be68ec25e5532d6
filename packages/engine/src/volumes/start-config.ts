import type { StartConfig } from '@boxyard/runtime';
import { bindMount, type ContainerConfig, type KernelMount } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';

/** The config as the kernel is asked for it: a volume is a bind of its directory, devices and setuid programs included, as Docker's. */
export function startConfig({ paths }: Pick<EngineContext, 'paths'>, config: ContainerConfig): StartConfig {
  const mounts = config.mounts.map((mount): KernelMount => {
    if (mount.type !== 'volume') return mount;
    const { name, target, readonly, chown } = mount;
    return { ...bindMount(paths.volumeData(name), target), readonly, chown };
  });
  return { ...config, mounts };
}
