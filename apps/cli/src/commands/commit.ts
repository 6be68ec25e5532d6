import { BoxError } from '@boxyard/spec';
import { print } from '../output/print.ts';
import { collect, defineVerb } from '../verb.ts';

interface CommitOptions {
  author?: string;
  message?: string;
  change?: string[];
  pause: boolean;
}

/** What a build without a clock goes by (reproducible-builds.org/specs/source-date-epoch). */
function sourceDateEpoch(text: string | undefined): { sourceDateEpoch?: number } {
  if (text === undefined || text === '') return {};
  if (/^\d{1,12}$/.test(text)) return { sourceDateEpoch: Number(text) };
  throw new BoxError('INVALID_ARGUMENT', `SOURCE_DATE_EPOCH: "${text}" is no number of seconds`, {
    hint: 'write the seconds since 1970, as date +%s prints them, or unset it',
  });
}

export default defineVerb<CommitOptions>({
  examples: [
    'commit web web:patched',
    `commit -m 'with curl' -c 'CMD ["nginx", "-g", "daemon off;"]' -c 'ENV MODE=live' web web:v2`,
  ],
  define: (command) =>
    command
      .argument('<name>', 'the box, running or not')
      .argument('[image]', 'name[:tag] of the image; without one it has its id alone')
      .option('-a, --author <author>', 'who made it, like "Jane <jane@example.org>"')
      .option('-m, --message <text>', "a line for the image's history")
      .option(
        '-c, --change <instruction>',
        'a line of a Dockerfile: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR; may be repeated',
        collect,
      )
      .option('-p, --pause', 'freeze a running box while its files are read', true)
      .option('--no-pause', 'let it run: what it writes meanwhile may be half in the image'),
  async run({ args: [container = '', image], options: { author, message, change, pause }, agent }) {
    const made = await agent.mutate('images.commit', {
      container,
      pause,
      ...(image === undefined ? {} : { image }),
      ...(author === undefined ? {} : { author }),
      ...(message === undefined ? {} : { message }),
      ...(change === undefined ? {} : { changes: change }),
      ...sourceDateEpoch(process.env.SOURCE_DATE_EPOCH),
    });
    print(`sha256:${made.id}`);
    return 0;
  },
});
