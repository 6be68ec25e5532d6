import { compileTemplate } from '@boxyard/spec';
import { exitCodeFor, reportError } from '../../output/errors.ts';
import { write } from '../../output/print.ts';
import { defineVerb } from '../../verb.ts';

export default defineVerb<{ format?: string }>({
  examples: ['volume inspect data', "volume inspect --format '{{.path}}' data"],
  define: (command) =>
    command.argument('<name...>', 'volumes').option('-f, --format <format>', 'json or a template'),
  async run({ args, options: { format = 'json' }, agent }) {
    const template = format === 'json' ? undefined : compileTemplate(format);
    const found: unknown[] = [];
    let code = 0;
    for (const volume of args) {
      try {
        const view = await agent.query('volumes.inspect', { volume });
        if (template) write(`${template(view)}\n`);
        else found.push(view);
      } catch (error) {
        reportError(error);
        code ||= exitCodeFor(error);
      }
    }
    if (!template) write(`${JSON.stringify(found, null, 2)}\n`);
    return code;
  },
});
