import { parseDuration } from '@boxyard/spec';
import { forEach } from '../output/errors.ts';
import { print } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

export interface StopOptions {
  timeout?: string;
}

/** Whole seconds for the API, from `10` or `1m30s`. */
export function timeoutSeconds({ timeout }: StopOptions): { timeout?: number } {
  return timeout === undefined ? {} : { timeout: Math.ceil(parseDuration(timeout, '--timeout') / 1000) };
}

export default defineVerb<StopOptions>({
  examples: ['stop web', 'stop --timeout 30 web db'],
  define: (command) =>
    command
      .argument('<name...>', 'names, ids or unique prefixes of ids')
      .option('-t, --timeout <seconds>', "time before SIGKILL (the box's own, else 10)"),
  run: ({ args, options, agent }) => {
    const timeout = timeoutSeconds(options);
    return forEach(
      args,
      async (container) => {
        await agent.mutate('containers.stop', { container, ...timeout });
        return container;
      },
      print,
    );
  },
});
