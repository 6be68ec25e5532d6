import type { ContainerDetails, ImageView } from '@boxyard/api';
import { BoxError, compileTemplate } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { exitCodeFor, reportError } from '../output/errors.ts';
import { withDockerWords } from '../output/image-words.ts';
import { write } from '../output/print.ts';
import { printPlan } from '../session/plan.ts';
import { defineVerb } from '../verb.ts';

interface InspectOptions {
  format?: string;
  plan?: boolean;
  type?: string;
}

async function find(
  agent: Agent,
  name: string,
  type: string | undefined,
): Promise<ContainerDetails | ImageView> {
  if (type === 'image') return agent.query('images.inspect', { image: name });
  try {
    return await agent.query('containers.inspect', { container: name });
  } catch (error) {
    if (type === 'container' || !(error instanceof BoxError) || error.code !== 'NOT_FOUND') throw error;
    return agent.query('images.inspect', { image: name }).catch((imageError: unknown) => {
      const neither = imageError instanceof BoxError && imageError.code === 'NOT_FOUND';
      throw neither ? error : imageError;
    });
  }
}

export default defineVerb<InspectOptions>({
  examples: [
    'inspect web',
    "inspect --format '{{.State}} {{.Pid}}' web",
    'inspect --plan web',
    'inspect --type image busybox',
  ],
  define: (command) =>
    command
      .argument('<name...>', 'boxes or images')
      .option('--plan', 'the plan as compiled: every operation that a start makes, one a line')
      .option('--type <type>', 'container or image, where both have the name')
      .option('-f, --format <format>', 'json or a template'),
  async run({ args, options, agent }) {
    if (options.plan) {
      for (const name of args) await printPlan(agent, name, write);
      return 0;
    }
    if (options.type !== undefined && options.type !== 'container' && options.type !== 'image') {
      throw new BoxError('INVALID_ARGUMENT', `--type: "${options.type}" is neither container nor image`);
    }
    const { format = 'json' } = options;
    const template = format === 'json' || format === 'table' ? undefined : compileTemplate(format);
    const found: unknown[] = [];
    let code = 0;
    for (const name of args) {
      try {
        const value = await find(agent, name, options.type);
        if (template) write(`${template(withDockerWords(value))}\n`);
        else found.push(value);
      } catch (error) {
        reportError(error);
        code ||= exitCodeFor(error);
      }
    }
    if (!template) write(`${JSON.stringify(found, null, 2)}\n`);
    return code;
  },
});
