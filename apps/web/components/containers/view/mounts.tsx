import type { ContainerMount } from '@boxyard/spec';
import Link from 'next/link';
import { bytes } from '../../../lib/format';
import { shortVolume } from '../../../lib/volumes';
import { ScrollRegion } from './scroll-region';

/** Volumes, folders of the host and memory that the box sees. */
export function Mounts({ mounts }: { mounts: readonly ContainerMount[] }) {
  if (mounts.length === 0) return <p className="mt-2 text-quiet">Nothing is mounted into it.</p>;
  return (
    <ScrollRegion label="Mounts" className="mt-3 overflow-x-auto">
      <table className="w-full text-left">
        <thead className="text-quiet">
          <tr>
            {['In the box', 'From', 'How'].map((title) => (
              <th key={title} scope="col" className="pr-4 pb-1 font-normal">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="font-mono text-mono">
          {mounts.map((mount) => (
            <tr key={mount.target}>
              <td className="pr-4">
                <bdi>{mount.target}</bdi>
              </td>
              <td className="pr-4">
                <Source mount={mount} />
              </td>
              <td className="font-sans text-quiet">{howOf(mount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Source({ mount }: { mount: ContainerMount }) {
  if (mount.type === 'volume') {
    return (
      <Link
        href={`/volumes/?q=${encodeURIComponent(mount.name)}`}
        prefetch={false}
        title={mount.name}
        className="text-accent hover:underline pointer-coarse:inline-flex pointer-coarse:min-h-11 pointer-coarse:items-center"
      >
        <bdi>{shortVolume(mount.name)}</bdi>
      </Link>
    );
  }
  return <bdi>{mount.type === 'bind' ? mount.source : 'memory (tmpfs)'}</bdi>;
}

function howOf(mount: ContainerMount): string {
  if (mount.type === 'tmpfs') {
    const mode = mount.mode.toString(8).padStart(4, '0');
    return [mount.size ? bytes(mount.size) : 'up to half of memory', `mode ${mode}`, ...mount.options].join(
      ', ',
    );
  }
  return [
    mount.readonly ? 'read-only' : 'read and write',
    ...(mount.type === 'bind' ? [mount.propagation] : ['volume']),
    ...(mount.type === 'bind' && !mount.recursive ? ['not what is mounted below it'] : []),
    ...(mount.type === 'volume' && !mount.copy ? ['not filled from the image'] : []),
    ...(mount.chown ? ['given to its user'] : []),
  ].join(', ');
}
