import {
  applyImageChanges,
  type ContainerConfig,
  DEFAULT_PATH,
  type ImageConfig,
  parseSignal,
  signalName,
} from '@boxyard/spec';

/**
 * The configuration of an image made of a container: what the container was made with over what its image says, then the changes asked
 * for. What stands for nothing (`/bin/sh`, `/`, SIGTERM, the default PATH) is not written down when the image did not say it either.
 * Throws BoxError INVALID_ARGUMENT for a change that cannot be read.
 */
export function committedConfig(
  config: ContainerConfig,
  image: ImageConfig,
  changes: readonly string[],
): ImageConfig {
  const { stopSignal: _signal, workdir: _workdir, ...rest } = image;
  const stopSignal = stopSignalOf(config, image);
  const workdir = config.workdir === '/' ? image.workdir && '/' : config.workdir;
  const isDefaultShell = config.entrypoint.length === 0 && config.command.join() === '/bin/sh';
  const changed = applyImageChanges(
    {
      ...rest,
      user: config.user,
      env: config.env,
      entrypoint: config.entrypoint,
      cmd: isDefaultShell ? (image.cmd ?? []) : config.command,
      labels: config.labels,
      ...(workdir ? { workdir } : {}),
      ...(stopSignal ? { stopSignal } : {}),
    },
    changes,
  );
  // Only now: a change may build on the default PATH.
  const hadPath = image.env?.some((entry) => entry.startsWith('PATH='));
  const env = (changed.env ?? []).filter((entry) => hadPath || entry !== `PATH=${DEFAULT_PATH}`);
  return { ...changed, env };
}

/** As the image spells it where it is still that one. */
function stopSignalOf({ stopSignal }: ContainerConfig, image: ImageConfig): string | undefined {
  if (parseSignal(image.stopSignal ?? 'SIGTERM') === stopSignal) return image.stopSignal;
  return signalName(stopSignal);
}
