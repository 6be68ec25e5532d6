import type { InfoView } from '@boxyard/api';
import { formatSize, humanizeDuration } from '@boxyard/spec';
import { formatOne } from '../output/list.ts';
import { write } from '../output/print.ts';
import { style } from '../output/style.ts';
import { defineVerb } from '../verb.ts';

function describe(info: InfoView): string {
  const { cgroup, storage, agent, containers } = info;
  const lines: [string, string][] = [
    ['Version', `${info.version} (${info.build})`],
    ['Rootless', info.rootless ? 'yes' : 'no'],
    ['Kernel', `${info.kernel} ${info.architecture}`],
    ['Operating system', info.os],
    ['CPUs, memory', `${info.cpus}, ${formatSize(info.memory)}`],
    ['Containers', `${containers.total} (${containers.running} running, ${containers.stopped} stopped)`],
    ['Images', String(info.images)],
    ['Root', info.root],
    ['Run', info.run],
    ['Instance', info.instanceId],
    ['Cgroups', `${cgroup.mode}, ${cgroup.root}, controllers: ${cgroup.controllers.join(' ') || 'none'}`],
    [
      'Storage',
      `${storage.driver} on ${storage.fileSystem}, ${formatSize(storage.free)} of ${formatSize(storage.size)} free`,
    ],
    ['Network', `${info.network.default} by default, available: ${info.network.available.join(' ')}`],
    ['Security', info.security.join(', ') || 'none'],
    [
      'Agent',
      `pid ${agent.pid}, ${formatSize(agent.rssBytes)}, up ${humanizeDuration(info.uptimeSeconds * 1000)}`,
    ],
  ];
  const width = Math.max(...lines.map(([title]) => title.length));
  return lines.map(([title, value]) => `${style(title.padEnd(width), 'bold')}  ${value}\n`).join('');
}

export default defineVerb<{ format?: string }>({
  examples: ['info', "info --format '{{.Kernel}}'"],
  define: (command) => command.option('--format <format>', 'json or a template'),
  async run({ options, agent }) {
    const info = await agent.query('system.info', undefined);
    write(formatOne(info, options.format) ?? describe(info));
    return 0;
  },
});
