import type { ContainerConfig } from '@boxyard/spec';

/** Files of ours that every container has bound over its own. */
const HOST_FILES = ['etc/hosts', 'etc/hostname', 'etc/resolv.conf'];

/** What a start mounts over the container's own files, relative to its root: places made for that are nobody's content. */
export function boundPaths({ mounts }: Pick<ContainerConfig, 'mounts'>): string[] {
  return [...HOST_FILES, ...mounts.map(({ target }) => target.replace(/^\/+/, ''))];
}
