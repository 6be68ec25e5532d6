import { formatOne } from '../output/list.ts';
import { write } from '../output/print.ts';
import { formatTable } from '../output/table.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<{ format?: string }>({
  examples: ['top web', 'top --format json web'],
  define: (command) =>
    command
      .argument('<name>', 'name, id or unique prefix of an id')
      .option('--format <format>', 'json, table or a template'),
  async run({ args: [container = ''], options, agent }) {
    const top = await agent.query('containers.top', { container });
    const columns = top.titles.map((title, index) => ({
      title,
      value: (process: string[]) => process[index] ?? '',
    }));
    write(formatOne(top, options.format) ?? formatTable(columns, top.processes));
    return 0;
  },
});
