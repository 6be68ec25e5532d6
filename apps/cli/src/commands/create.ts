import { type CreateFlags, createFlags, lineFrom } from '../options/create-flags.ts';
import { createRequest } from '../options/create-request.ts';
import { nextStep } from '../output/next-step.ts';
import { print } from '../output/print.ts';
import { createContainer } from '../session/create-container.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<CreateFlags>({
  examples: ['create --name web -v ./site:/srv:ro busybox httpd -f -h /srv', 'create -it debian bash'],
  define: (command) => createFlags(command, 'create'),
  async run({ args, options, agent }) {
    const request = createRequest(lineFrom('create', args, options), {
      tty: options.tty === true,
      openStdin: options.interactive === true,
    });
    const { id, name } = await createContainer(agent, request, options);
    print(id);
    nextStep(`${name} is created; next: box start ${name}`);
    return 0;
  },
});
