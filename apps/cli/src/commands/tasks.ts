import type { TaskView } from '@boxyard/api';
import { BoxError, formatSize, humanizeAge } from '@boxyard/spec';
import { forEach } from '../output/errors.ts';
import { type ListOptions, printList } from '../output/list.ts';
import { print } from '../output/print.ts';
import { style } from '../output/style.ts';
import type { Column } from '../output/table.ts';
import { defineVerb } from '../verb.ts';

function row({ id, kind, subject, state, createdAt, items, error }: TaskView, now: number) {
  const sum = (values: (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
  const current = sum(items.map((item) => item.current));
  const total = sum(items.map((item) => item.total));
  return {
    ID: id,
    Kind: kind,
    Subject: subject,
    State: state as string,
    Progress: total === 0 ? '' : `${formatSize(current)} / ${formatSize(total)}`,
    CreatedAt: createdAt,
    RunningFor: humanizeAge(createdAt, now),
    Error: error?.message ?? '',
  };
}
type Row = ReturnType<typeof row>;

const COLUMNS: Column<Row>[] = [
  { title: 'TASK', value: (task) => task.ID },
  { title: 'KIND', value: (task) => task.Kind },
  { title: 'ABOUT', value: (task) => task.Subject },
  { title: 'BEGAN', value: (task) => task.RunningFor },
  { title: 'PROGRESS', value: (task) => task.Progress },
  {
    title: 'STATE',
    value: ({ State, Error: why }) => (why === '' ? State : `${State}: ${why}`),
    paint: (text, { State }) => (State === 'failed' ? style(text, 'red') : text),
  },
];

export default defineVerb<Pick<ListOptions, 'format' | 'quiet'>>({
  examples: ['tasks', 'tasks cancel 3f9c0b7a51d2e804'],
  define: (command) =>
    command
      .argument('[action]', 'cancel; the list otherwise')
      .argument('[task...]', 'for cancel: ids as the list shows them')
      .option('--format <format>', "json, table, or a template like '{{.ID}} {{.State}}'")
      .option('-q, --quiet', 'print ids alone'),
  async run({ args: [action, ...ids], options, agent }) {
    if (action === undefined) {
      const views = await agent.query('tasks.list', undefined);
      const now = Date.now();
      const list = {
        views,
        row: (view: TaskView) => row(view, now),
        columns: COLUMNS,
        id: (task: Row) => task.ID,
      };
      printList(list, { ...options, trunc: true });
      return 0;
    }
    if (action !== 'cancel' || ids.length === 0) {
      throw new BoxError('INVALID_ARGUMENT', 'tasks: "cancel" and ids of tasks are expected here', {
        hint: 'for example: box tasks cancel 3f9c0b7a51d2e804',
      });
    }
    const cancel = async (task: string) => {
      await agent.mutate('tasks.cancel', { task });
      return task;
    };
    return forEach(ids, cancel, print);
  },
});
