import type { TerminalView } from '@boxyard/api';
import { humanizeAge } from '@boxyard/spec';
import { type ListOptions, printList } from '../output/list.ts';
import { type Column, truncate } from '../output/table.ts';
import { defineVerb } from '../verb.ts';
import { SHORT_ID } from './ps.ts';

const COMMAND_LENGTH = 40;

function row(view: TerminalView, trunc: boolean, now: number) {
  const command = view.command.join(' ');
  return {
    ID: trunc ? view.id.slice(0, SHORT_ID) : view.id,
    Name: view.name,
    Box: view.container.name,
    Command: trunc ? truncate(command, COMMAND_LENGTH) : command,
    User: view.user ?? '',
    Viewers: view.viewers,
    CreatedAt: view.createdAt,
    RunningFor: humanizeAge(view.createdAt, now),
  };
}
type Row = ReturnType<typeof row>;

const COLUMNS: Column<Row>[] = [
  { title: 'NAME', value: (session) => session.Name },
  { title: 'BOX', value: (session) => session.Box },
  { title: 'COMMAND', value: (session) => session.Command },
  { title: 'VIEWERS', value: (session) => String(session.Viewers) },
  { title: 'CREATED', value: (session) => session.RunningFor },
];

export default defineVerb<ListOptions>({
  examples: ['sessions', 'sessions web', "sessions --format '{{.Name}} {{.Viewers}}'"],
  define: (command) =>
    command
      .argument('[box]', 'only those of this box')
      .option('--format <format>', "json, table, or a template like '{{.Name}} {{.Box}}'")
      .option('-q, --quiet', 'print ids alone')
      .option('--no-trunc', 'do not shorten ids and commands'),
  async run({ args: [container], options, agent }) {
    const all = await agent.query('terminals.list', container === undefined ? {} : { container });
    const now = Date.now();
    printList(
      {
        views: all.filter(({ running }) => running),
        row: (view) => row(view, options.trunc, now),
        columns: COLUMNS,
        id: (session) => session.ID,
      },
      options,
    );
    return 0;
  },
});
