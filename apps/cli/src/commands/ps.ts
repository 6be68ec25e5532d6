import type { ContainerView } from '@boxyard/api';
import { exitCodeOf, humanizeAge, humanizeStatus } from '@boxyard/spec';
import { type ListOptions, listOptions, printList } from '../output/list.ts';
import { style } from '../output/style.ts';
import { type Column, truncate } from '../output/table.ts';
import { defineVerb } from '../verb.ts';

/** Docker's short id. */
export const SHORT_ID = 12;

interface PsOptions extends ListOptions {
  all?: boolean;
  last?: string;
  latest?: boolean;
}

/** Fields under the names of Docker's `ps --format`, and our own. */
function row(view: ContainerView, trunc: boolean, now: number) {
  const command = view.command.join(' ');
  return {
    ID: trunc ? view.id.slice(0, SHORT_ID) : view.id,
    Name: view.name,
    Names: view.name,
    Image: view.image,
    ImageID: view.imageId ?? '',
    Command: trunc ? truncate(command, 30) : command,
    CreatedAt: view.createdAt,
    RunningFor: humanizeAge(view.createdAt, now),
    StartedAt: view.startedAt ?? '',
    FinishedAt: view.finishedAt ?? '',
    State: view.state as string,
    Status: humanizeStatus(view, now),
    ExitCode: view.exit ? exitCodeOf(view.exit) : '',
    Reason: view.reason ?? '',
    Pid: view.pid ?? '',
    Labels: view.labels,
    Networks: view.network,
    Ports: '',
    Tty: view.tty,
  };
}
type Row = ReturnType<typeof row>;

const COLUMNS: Column<Row>[] = [
  { title: 'ID', value: (box) => box.ID },
  { title: 'NAME', value: (box) => box.Name },
  { title: 'IMAGE', value: (box) => box.Image },
  { title: 'COMMAND', value: (box) => box.Command },
  { title: 'CREATED', value: (box) => box.RunningFor },
  { title: 'STATUS', value: (box) => box.Status, paint: (text, box) => paintState(text, box) },
];

function paintState(text: string, { State, ExitCode }: Row): string {
  if (State === 'running') return style(text, 'green');
  if (State === 'lost' || (State === 'exited' && ExitCode !== 0)) return style(text, 'red');
  return State === 'exited' || State === 'stopped' ? style(text, 'dim') : style(text, 'yellow');
}

export default defineVerb<PsOptions>({
  examples: [
    'ps -a',
    "ps --filter label=env=prod --format '{{.ID}} {{.Name}}'",
    'ps -aq --filter status=exited',
  ],
  define: (command) =>
    listOptions(command, 'name, id, label, status, ancestor, exited')
      .option('-a, --all', 'also those that do not run')
      .option('-n, --last <number>', 'the last created ones, in any state')
      .option('-l, --latest', 'the last created one, in any state'),
  async run({ options, agent }) {
    const last = options.latest ? 1 : options.last === undefined ? undefined : Number(options.last);
    const filters = options.filter ?? [];
    const all = options.all === true || last !== undefined;
    const views = await agent.query('containers.list', { all, filters });
    const shown = views.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, last);
    const now = Date.now();
    printList(
      { views: shown, row: (view) => row(view, options.trunc, now), columns: COLUMNS, id: (box) => box.ID },
      options,
    );
    return 0;
  },
});
