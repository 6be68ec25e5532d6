import type { ImageDetails } from '@boxyard/api';
import { formatSize, humanizeAge } from '@boxyard/spec';
import { type ListOptions, printList } from '../output/list.ts';
import { type Column, truncate } from '../output/table.ts';
import { defineVerb } from '../verb.ts';
import { SHORT_ID } from './ps.ts';

/** As much of a command as a line has room for. */
const COMMAND_WIDTH = 45;
/** Docker's word for steps whose image was made elsewhere: a registry sends the last one's id alone. */
const UNKNOWN_ID = '<missing>';

type Line = ImageDetails['history'][number] & { id: string | undefined };

function row({ id, createdAt, createdBy, bytes, comment, author }: Line, trunc: boolean, now: number) {
  const created = createdAt === null ? undefined : Date.parse(createdAt);
  return {
    ID: id === undefined ? UNKNOWN_ID : trunc ? id.slice(0, SHORT_ID) : `sha256:${id}`,
    CreatedAt: createdAt ?? 'N/A',
    CreatedSince: created === undefined || Number.isNaN(created) ? 'N/A' : humanizeAge(created, now),
    CreatedBy: trunc ? truncate(createdBy, COMMAND_WIDTH) : createdBy,
    Size: formatSize(bytes),
    Comment: comment,
    Author: author,
  };
}
type Row = ReturnType<typeof row>;

const COLUMNS: Column<Row>[] = [
  { title: 'IMAGE', value: ({ ID }) => ID },
  { title: 'CREATED', value: ({ CreatedSince }) => CreatedSince },
  { title: 'CREATED BY', value: ({ CreatedBy }) => CreatedBy },
  { title: 'SIZE', value: ({ Size }) => Size },
  { title: 'COMMENT', value: ({ Comment }) => Comment },
];

export default defineVerb<ListOptions>({
  examples: ['history debian', "history --no-trunc --format '{{.CreatedBy}}' web:v1"],
  define: (command) =>
    command
      .argument('<image>', 'name or id')
      .option('--format <format>', "json, table, or a template like '{{.CreatedBy}} {{.Size}}'")
      .option('-q, --quiet', 'print ids alone')
      .option('--no-trunc', 'do not shorten ids and commands'),
  async run({ args: [image = ''], options, agent }) {
    const { id, history } = await agent.query('images.details', { image });
    const newestFirst = history
      .toReversed()
      .map((line, index) => ({ ...line, id: index === 0 ? id : undefined }));
    const views: Line[] = newestFirst;
    const now = Date.now();
    printList(
      { views, row: (line) => row(line, options.trunc, now), columns: COLUMNS, id: ({ ID }) => ID },
      options,
    );
    return 0;
  },
});
