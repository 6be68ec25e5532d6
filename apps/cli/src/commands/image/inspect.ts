import { compileTemplate } from '@boxyard/spec';
import { exitCodeFor, reportError } from '../../output/errors.ts';
import { withDockerWords } from '../../output/image-words.ts';
import { write } from '../../output/print.ts';
import { defineVerb } from '../../verb.ts';

export default defineVerb<{ format?: string }>({
  examples: [
    'image inspect debian',
    "image inspect --format '{{.RepoDigests}} {{.Os}}/{{.Architecture}}' web:v1",
  ],
  define: (command) =>
    command.argument('<image...>', 'names or ids').option('-f, --format <format>', 'json or a template'),
  async run({ args, options: { format = 'json' }, agent }) {
    const template = format === 'json' ? undefined : compileTemplate(format);
    const found: unknown[] = [];
    let code = 0;
    for (const image of args) {
      try {
        const details = await agent.query('images.details', { image });
        if (template) write(`${template(withDockerWords(details))}\n`);
        else found.push(details);
      } catch (error) {
        reportError(error);
        code ||= exitCodeFor(error);
      }
    }
    if (!template) write(`${JSON.stringify(found, null, 2)}\n`);
    return code;
  },
});
