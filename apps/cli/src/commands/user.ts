import { buffer } from 'node:stream/consumers';
import { isatty } from 'node:tty';
import type { AccessSession } from '@boxyard/api';
import { BoxError, humanizeAge, nearest } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { forEach } from '../output/errors.ts';
import { print, write } from '../output/print.ts';
import { type Column, formatTable, truncate } from '../output/table.ts';
import { HiddenPrompt } from '../session/hidden-prompt.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  stdin?: boolean;
  remove?: boolean;
  all?: boolean;
  format?: string;
}

const ACTIONS = ['passwd', 'sessions', 'revoke'] as const;
const USER_AGENT_CHARACTERS = 48;

async function changePassword(agent: Agent, { stdin, remove }: Options): Promise<void> {
  if (remove) {
    await agent.mutate('access.removePassword', {});
    print('password removed; "box ui" makes sign-in links');
    return;
  }
  const password = stdin ? await readPassword() : await askPassword();
  await agent.mutate('access.setPassword', { password });
  print('password set; every browser was signed out');
}

async function askPassword(): Promise<string> {
  if (!isatty(0)) {
    throw new BoxError('INVALID_ARGUMENT', 'passwd: standard input is no terminal to ask on', {
      hint: 'use --stdin to read the password from it',
    });
  }
  using prompt = new HiddenPrompt();
  const password = await prompt.ask('New password: ');
  if ((await prompt.ask('Again: ')) === password) return password;
  throw new BoxError('INVALID_ARGUMENT', 'passwd: the two are not the same', { hint: 'try again' });
}

/** Its line end is the pipe's, not the password's. */
async function readPassword(): Promise<string> {
  return (await buffer(process.stdin)).toString().replace(/\r?\n$/, '');
}

async function listSessions(agent: Agent, { format }: Options): Promise<void> {
  const sessions = await agent.query('access.sessions', undefined);
  if (format === 'json') {
    write(`${JSON.stringify(sessions, null, 2)}\n`);
    return;
  }
  const now = Date.now();
  const columns: Column<AccessSession>[] = [
    { title: 'SESSION', value: ({ id }) => id },
    { title: 'SIGNED IN', value: ({ createdAt }) => humanizeAge(createdAt, now) },
    { title: 'LAST SEEN', value: ({ lastSeenAt }) => humanizeAge(lastSeenAt, now) },
    { title: 'BY', value: ({ by }) => by },
    { title: 'FROM', value: ({ address }) => address || 'unknown' },
    { title: 'BROWSER', value: ({ userAgent }) => truncate(userAgent || 'unknown', USER_AGENT_CHARACTERS) },
  ];
  write(formatTable(columns, sessions));
}

async function revoke(agent: Agent, ids: string[], { all }: Options): Promise<number> {
  if (all) {
    const { revoked } = await agent.mutate('access.revokeOthers', undefined);
    print(`${revoked} ${revoked === 1 ? 'browser' : 'browsers'} signed out`);
    return 0;
  }
  if (ids.length === 0) {
    throw new BoxError('INVALID_ARGUMENT', 'revoke: which session?', {
      hint: '"box user sessions" lists them; --all ends every one',
    });
  }
  const end = async (session: string) => {
    await agent.mutate('access.revoke', { session });
    return session;
  };
  return forEach(ids, end, print);
}

export default defineVerb<Options>({
  examples: [
    'user passwd',
    'pass show boxyard | box user passwd --stdin',
    'user passwd --remove',
    'user sessions',
    'user revoke 3f9c0b7a51d2',
    'user revoke --all',
  ],
  define: (command) =>
    command
      .argument('<action>', ACTIONS.join(', '))
      .argument('[session...]', 'for revoke: ids as "box user sessions" shows them')
      .option('--stdin', 'passwd: read the new password from standard input')
      .option('--remove', 'passwd: sign in by links of "box ui" alone')
      .option('--all', 'revoke: sign every browser out')
      .option('--format <format>', 'sessions: json or table'),
  async run({ args: [action = '', ...rest], options, agent }) {
    switch (action) {
      case 'passwd':
        if (rest.length > 0) {
          throw new BoxError(
            'INVALID_ARGUMENT',
            'passwd: everybody on this host sees what a command line holds',
            {
              hint: 'leave the password out and be asked, or use --stdin',
            },
          );
        }
        await changePassword(agent, options);
        return 0;
      case 'sessions':
        await listSessions(agent, options);
        return 0;
      case 'revoke':
        return revoke(agent, rest, options);
      default: {
        const near = nearest(action, ACTIONS);
        throw new BoxError('INVALID_ARGUMENT', `user: there is no action "${action}"`, {
          hint: near ? `did you mean "box user ${near}"?` : `one of ${ACTIONS.join(', ')}`,
        });
      }
    }
  },
});
