import { BoxError, familiarName, parseImageReference, parseSize } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { print } from '../output/print.ts';
import { followTask } from '../tasks/follow.ts';
import { type ProgressOptions, progressOptions, taskDisplay } from '../tasks/progress.ts';
import { ownCredential } from '../tasks/pull-image.ts';
import { defineVerb } from '../verb.ts';

type PushOptions = ProgressOptions & { allTags?: boolean; chunkSize?: string };

async function push(
  agent: Agent,
  { image, destination }: { image: string; destination: string | undefined },
  options: PushOptions,
): Promise<void> {
  const credential = await ownCredential(destination ?? image);
  const request = {
    image,
    ...(credential === undefined ? {} : { credential }),
    ...(destination === undefined ? {} : { destination }),
    ...(options.chunkSize === undefined ? {} : { chunkBytes: parseSize(options.chunkSize, '--chunk-size') }),
  };
  const task = await followTask(agent, () => agent.mutate('images.push', request), taskDisplay(options));
  const { digest = '' } = task.result ?? {};
  if (options.quiet) print(digest);
  else print(`${task.subject}: digest: ${digest}`);
}

/** Every name that this repository has here. */
async function tagsOf(agent: Agent, name: string): Promise<string[]> {
  const reference = parseImageReference(name);
  const repository = reference && familiarName(reference);
  const images = await agent.query('images.list', undefined);
  const tags = images.flatMap((image) => image.tags).filter((tag) => tag.startsWith(`${repository}:`));
  if (tags.length > 0) return tags;
  throw new BoxError('NOT_FOUND', `no image here is called ${name}`, { hint: "'box images' lists all" });
}

export default defineVerb<PushOptions>({
  examples: [
    'push registry.example.com/team/app:v2',
    'push app:v2 registry.example.com/team/app:v2',
    'push --all-tags registry.example.com/team/app',
  ],
  define: (command) =>
    progressOptions(
      command
        .argument('<image>', 'name or id of an image here')
        .argument('[destination]', 'the name it gets in the registry; its own otherwise')
        .option('-a, --all-tags', 'all names of this repository')
        .option(
          '--chunk-size <size>',
          'send each layer in pieces of this size, as some registries and proxies want it',
        ),
    ),
  async run({ args: [image = '', destination], options, agent }) {
    if (options.allTags && destination !== undefined) {
      throw new BoxError('INVALID_ARGUMENT', 'push: --all-tags and a destination exclude each other');
    }
    const names = options.allTags ? await tagsOf(agent, image) : [image];
    for (const name of names) await push(agent, { image: name, destination }, options);
    return 0;
  },
});
