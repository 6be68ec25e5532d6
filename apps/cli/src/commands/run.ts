import { type CreateFlags, createFlags, lineFrom } from '../options/create-flags.ts';
import { createRequest } from '../options/create-request.ts';
import { sessionMode } from '../options/session-options.ts';
import { nextStep } from '../output/next-step.ts';
import { print } from '../output/print.ts';
import { createContainer } from '../session/create-container.ts';
import { printPlan } from '../session/plan.ts';
import { removeIfNeverStarted, runForeground } from '../session/run-foreground.ts';
import { defineVerb } from '../verb.ts';

type RunOptions = CreateFlags & { detach?: boolean; sigProxy?: boolean; detachKeys?: string };

export default defineVerb<RunOptions>({
  examples: [
    'run -it busybox',
    'box run -d --name web -v ./site:/srv:ro busybox httpd -f -h /srv',
    "run --rm debian sh -c 'exit 7'",
    'tar c . | box run -i --rm busybox tar t',
    'run --rootfs ./my-root -- /bin/sh',
  ],
  define: (command) => createFlags(command, 'run'),
  async run({ args, options, agent }) {
    const mode = sessionMode(options);
    const request = createRequest(lineFrom('run', args, options), mode);
    if (!options.detach) {
      return runForeground(agent, request, { ...options, sigProxy: options.sigProxy !== false });
    }
    const { id, name } = await createContainer(agent, request, options);
    try {
      await agent.mutate('containers.start', { container: id });
    } catch (error) {
      if (options.rm) await removeIfNeverStarted(agent, id);
      throw error;
    }
    if (agent.debug) await printPlan(agent, id);
    print(id);
    nextStep(`${name} is running; next: box logs -f ${name} · box exec -it ${name} sh · box stop ${name}`);
    return 0;
  },
});
