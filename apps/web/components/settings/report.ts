import type { DoctorView, InfoView, VersionView } from '@boxyard/api';
import type { ConnectionState } from '@boxyard/api/client';

export type Fact = [term: string, value: string];

/** How this page reaches the agent. */
export function connectionFacts(connection: ConnectionState): Fact[] {
  return [
    ['State', connection.status],
    ['Address', location.origin],
    ['Encrypted', location.protocol === 'https:' ? 'yes' : 'no'],
    ['Secure context', isSecureContext ? 'yes' : 'no: the browser keeps some features from this page'],
    ['Browser', navigator.userAgent],
  ];
}

interface Report {
  info: InfoView;
  version: VersionView;
  doctor: DoctorView;
  connection: readonly Fact[];
}

/** Plain text to paste: nothing in it opens anything. */
export function reportText({ info, version, doctor, connection }: Report): string {
  const { agent, cgroup, storage, containers } = info;
  const { p50, p99, max } = agent.eventLoopDelayMs;
  return [
    `Boxyard ${version.version} (${version.build}), protocol ${version.protocol}, Node ${version.node}`,
    `Host: ${info.os}, kernel ${info.kernel}, ${info.architecture}, ${info.cpus} CPUs, ${info.memory} bytes of memory`,
    `Cgroups: ${cgroup.mode}, ${cgroup.controllers.join(' ') || 'no controllers'}`,
    `Storage: ${storage.driver} on ${storage.fileSystem}, ${storage.free} of ${storage.size} bytes free`,
    `Boxes: ${containers.total}, ${containers.running} running; images: ${info.images}`,
    `Agent: up ${info.uptimeSeconds} s, ${agent.rssBytes} bytes, event loop ${p50.toFixed(1)}/${p99.toFixed(1)}/${max.toFixed(1)} ms (p50/p99/max)`,
    '',
    ...doctor.checks.map(
      ({ status, title, found, advice }) =>
        `${status.padEnd(7)}  ${title}: ${found}${advice ? ` (${advice})` : ''}`,
    ),
    '',
    ...connection.map(([term, value]) => `${term}: ${value}`),
    '',
  ].join('\n');
}
