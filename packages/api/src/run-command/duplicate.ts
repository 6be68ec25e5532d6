import {
  CAPABILITIES,
  type ContainerConfig,
  type ContainerMount,
  DEFAULT_CAPABILITIES,
  DEFAULT_LOG,
  DEFAULT_PATH,
  DEFAULT_SHM_BYTES,
  DEFAULT_STOP_TIMEOUT_SECONDS,
  DEFAULT_UMASK,
  type ImageConfig,
  isAnonymousName,
  mergeEnvironment,
  parseSignal,
  signalName,
} from '@boxyard/spec';
import type { CreateInput } from '../schemas/container.ts';

/**
 * The request that makes a container like this one, without what its image or a default says anyway: the reverse of the agent's merge.
 * @param own its name and id, which its host name comes from unless somebody chose one
 */
export function requestLike(
  config: ContainerConfig,
  image: ImageConfig,
  own: { id: string; name: string },
): CreateInput {
  const { root } = config;
  const unless = <Key extends keyof CreateInput>(key: Key, value: CreateInput[Key], usual: unknown) =>
    value === usual ? {} : { [key]: value };
  const hostnames = [own.name, own.id.slice(0, 12)];
  return {
    ...(root.kind === 'image' ? { image: root.reference } : { rootfs: root.path }),
    ...commandLike(config, image),
    env: without(config.env, mergeEnvironment([`PATH=${DEFAULT_PATH}`], image.env ?? [])),
    ...unless('workdir', config.workdir, image.workdir ?? '/'),
    ...unless('user', config.user, image.user ?? ''),
    ...(hostnames.includes(config.hostname) ? {} : { hostname: config.hostname }),
    tty: config.tty,
    openStdin: config.openStdin,
    mounts: config.mounts.flatMap((mount) => mountLike(mount, image)),
    readonlyRoot: config.readonlyRoot,
    network: config.network,
    ...capabilitiesLike(config.capabilities),
    noNewPrivileges: config.noNewPrivileges,
    ulimits: config.ulimits,
    ...unless('shmSize', config.shmSize, DEFAULT_SHM_BYTES),
    ...(config.stopSignal === parseSignal(image.stopSignal ?? 'SIGTERM')
      ? {}
      : { stopSignal: signalName(config.stopSignal) }),
    ...unless('stopTimeout', config.stopTimeout, DEFAULT_STOP_TIMEOUT_SECONDS),
    ...unless('umask', config.umask, DEFAULT_UMASK),
    ...(config.timezone === undefined ? {} : { timezone: config.timezone }),
    labels: Object.fromEntries(
      Object.entries(config.labels).filter(([key, value]) => image.labels?.[key] !== value),
    ),
    log: {
      ...(config.log.maxSize === DEFAULT_LOG.maxSize ? {} : { maxSize: config.log.maxSize }),
      ...(config.log.maxFile === DEFAULT_LOG.maxFile ? {} : { maxFile: config.log.maxFile }),
    },
    autoRemove: config.autoRemove,
  };
}

/** The volumes that belong to the container alone are asked for again; those that its image asks for need no words. */
function mountLike(mount: ContainerMount, image: ImageConfig): NonNullable<CreateInput['mounts']> {
  if (mount.type === 'bind') return [{ ...mount, chown: mount.chown ?? false }];
  if (mount.type === 'volume') {
    if (!isAnonymousName(mount.name)) return [mount];
    return image.volumes?.includes(mount.target) ? [] : [{ ...mount, name: '' }];
  }
  const { size, ...rest } = mount;
  return [size === undefined ? rest : { ...rest, size }];
}

/** An entrypoint of one's own drops the image's command, so then the command is always said. */
function commandLike(
  config: ContainerConfig,
  image: ImageConfig,
): Pick<CreateInput, 'entrypoint' | 'command'> {
  const { entrypoint, command } = config;
  const imageEntrypoint = (image.entrypoint ?? []).filter((word) => word !== '');
  const usual = image.cmd?.length ? image.cmd : entrypoint.length > 0 ? [] : ['/bin/sh'];
  // No command at all can only be said together with the entrypoint.
  const same = sameWords(entrypoint, imageEntrypoint) && (command.length > 0 || usual.length === 0);
  const said = same && sameWords(command, usual) ? {} : command.length > 0 ? { command } : {};
  return { ...(same ? {} : { entrypoint }), ...said };
}

function capabilitiesLike(capabilities: readonly string[]): Pick<CreateInput, 'capAdd' | 'capDrop'> {
  if (capabilities.length === CAPABILITIES.length) return { capAdd: ['ALL'], capDrop: [] };
  if (capabilities.length === 0) return { capAdd: [], capDrop: ['ALL'] };
  const short = (names: readonly string[]) => names.map((name) => name.replace(/^CAP_/, ''));
  return {
    capAdd: short(without(capabilities, DEFAULT_CAPABILITIES)),
    capDrop: short(without(DEFAULT_CAPABILITIES, capabilities)),
  };
}

function without(list: readonly string[], others: readonly string[]): string[] {
  return list.filter((item) => !others.includes(item));
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}
