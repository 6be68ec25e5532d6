import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerStats, ContainerView } from '@boxyard/api';
import { formatSize } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { renderList } from '../output/list.ts';
import { LiveBlock } from '../output/live-block.ts';
import type { Column } from '../output/table.ts';
import { defineVerb } from '../verb.ts';
import { SHORT_ID } from './ps.ts';

interface StatsOptions {
  all?: boolean;
  stream: boolean;
  format?: string;
  trunc: boolean;
}

/** A box and what it uses; nothing while it does not run. */
interface Used {
  id: string;
  name: string;
  stats: ContainerStats | undefined;
}

const EVERY_MS = 1_000;
/** Where nothing is measured, as Docker writes it. */
const NONE = '--';

const percent = (value: number): string => `${value.toFixed(2)}%`;
const rate = (value: number | null): string => (value === null ? NONE : `${formatSize(Math.round(value))}/s`);

/** What some process of it waited for in the last 10 s: `cpu 12%, io 3%`. */
function pressure({ cpuPressure, memoryPressure, ioPressure }: ContainerStats): string {
  const all = { cpu: cpuPressure, memory: memoryPressure, io: ioPressure };
  if (Object.values(all).every((value) => value === null)) return NONE;
  const waited = Object.entries(all).filter(([, value]) => value !== null && value >= 0.5);
  return waited.map(([name, value]) => `${name} ${Math.round(value ?? 0)}%`).join(', ') || '0%';
}

/** Fields under the names of Docker's `stats --format`, and our own. */
function row({ id, name, stats }: Used, options: StatsOptions & { memoryTotal: number }) {
  const ID = options.trunc ? id.slice(0, SHORT_ID) : id;
  const limit = stats?.memoryLimit ?? options.memoryTotal;
  const blocks = stats && (stats.read !== null || stats.write !== null);
  return {
    ID,
    Container: ID,
    Name: name,
    CPUPerc: stats ? percent(stats.cpu * 100) : NONE,
    MemUsage: stats ? `${formatSize(stats.memory)} / ${formatSize(limit)}` : NONE,
    MemPerc: stats ? percent((stats.memory / limit) * 100) : NONE,
    PIDs: stats ? String(stats.processes) : NONE,
    BlockIO: blocks ? `${rate(stats.read)} / ${rate(stats.write)}` : NONE,
    Pressure: stats ? pressure(stats) : NONE,
  };
}
type Row = ReturnType<typeof row>;

const COLUMNS: Column<Row>[] = [
  { title: 'NAME', value: (box) => box.Name },
  { title: 'CPU %', value: (box) => box.CPUPerc },
  { title: 'MEM USAGE / LIMIT', value: (box) => box.MemUsage },
  { title: 'MEM %', value: (box) => box.MemPerc },
  { title: 'PIDS', value: (box) => box.PIDs },
  { title: 'BLOCK I/O', value: (box) => box.BlockIO },
  { title: 'PRESSURE', value: (box) => box.Pressure },
];

/** Which boxes are shown: those named, all with `-a`, else those that run. */
async function look(agent: Agent, names: readonly string[], all: boolean): Promise<Used[]> {
  const named = names.length > 0 ? { containers: [...names] } : {};
  const stats = await agent.query('stats.containers', named);
  const byId = new Map(stats.map((each) => [each.id, each]));
  let boxes: Pick<ContainerView, 'id' | 'name'>[] = stats;
  if (names.length > 0)
    boxes = await Promise.all(names.map((container) => agent.query('containers.inspect', { container })));
  else if (all) boxes = await agent.query('containers.list', { all: true, filters: [] });
  return boxes.map(({ id, name }) => ({ id, name, stats: byId.get(id) }));
}

export default defineVerb<StatsOptions>({
  examples: ['stats', 'stats --no-stream web db', "stats --format '{{.Name}} {{.CPUPerc}}'"],
  define: (command) =>
    command
      .argument('[names...]', 'only these boxes; those that run otherwise')
      .option('-a, --all', 'also those that do not run')
      .option('--no-stream', 'look once instead of every second')
      .option('--format <format>', "json, table, or a template like '{{.Name}} {{.CPUPerc}}'")
      .option('--no-trunc', 'do not shorten ids'),
  async run({ args: names, options, agent }) {
    const { memoryTotal } = await agent.query('stats.host', undefined);
    const block = new LiveBlock();
    do {
      const began = performance.now();
      const boxes = await agent.persistently(() => look(agent, names, options.all === true));
      const list = {
        views: boxes,
        row: (box: Used) => row(box, { ...options, memoryTotal }),
        columns: COLUMNS,
        id: (box: Row) => box.ID,
      };
      const json = boxes.map(({ id, name, stats }) => stats ?? { id, name });
      if (options.format !== 'json') block.show(renderList(list, options.format));
      // While it goes on each look is a line, for programs that read as it comes.
      else block.show(`${JSON.stringify(json, null, options.stream ? 0 : 2)}\n`);
      if (options.stream) await sleep(Math.max(0, EVERY_MS - (performance.now() - began)));
    } while (options.stream);
    return 0;
  },
});
