import { buffer } from 'node:stream/consumers';
import { isatty } from 'node:tty';
import { CredentialFile, hostOf, userCredentialPath } from '@boxyard/registry/credentials';
import { BoxError, DEFAULT_REGISTRY } from '@boxyard/spec';
import { note, print } from '../output/print.ts';
import { HiddenPrompt } from '../session/hidden-prompt.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  username?: string;
  password?: string;
  passwordStdin?: boolean;
}

async function credentialFrom(
  options: Options,
  host: string,
): Promise<{ username: string; password: string }> {
  const { username, password, passwordStdin } = options;
  if (password !== undefined || passwordStdin) {
    if (password !== undefined && passwordStdin) throw misused('-p and --password-stdin exclude each other');
    if (username === undefined) throw misused('a password belongs to a user: add -u USER');
    if (password === undefined) return { username, password: await readPassword() };
    note('warning: everybody on this host sees what a command line holds; --password-stdin hides it');
    return { username, password };
  }
  if (!isatty(0)) {
    throw new BoxError('INVALID_ARGUMENT', 'login: standard input is no terminal to ask on', {
      hint: 'use -u USER --password-stdin to read the password from it',
    });
  }
  using prompt = new HiddenPrompt();
  const user = username ?? (await prompt.ask(`User name for ${host}: `, { shown: true }));
  const secret = await prompt.ask('Password: ');
  if (user === '' || secret === '') throw misused('a user name and a password are needed');
  return { username: user, password: secret };
}

/** Its line end is the pipe's, not the password's. */
async function readPassword(): Promise<string> {
  const password = (await buffer(process.stdin)).toString().replace(/\r?\n$/, '');
  if (password !== '') return password;
  throw misused('there is no password on standard input');
}

function misused(what: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', `login: ${what}`);
}

export default defineVerb<Options>({
  examples: [
    'login',
    'login ghcr.io',
    'login -u alice registry.example.com:5000',
    'pass show registry | box login -u alice --password-stdin registry.example.com:5000',
  ],
  define: (command) =>
    command
      .argument('[registry]', `host[:port]; ${DEFAULT_REGISTRY} when left out`)
      .option('-u, --username <user>', 'name to sign in with')
      .option('-p, --password <password>', 'password or token; seen by everybody on this host')
      .option('--password-stdin', 'read the password from standard input'),
  async run({ args: [registry = DEFAULT_REGISTRY], options, agent }) {
    const host = hostOf(registry);
    const credential = await credentialFrom(options, host);
    // The agent asks the registry: it is the one that has to reach it.
    await agent.mutate('registries.login', { registry: host, ...credential, store: false });
    const file = new CredentialFile(userCredentialPath(process.env));
    const { keptBy } = await file.store(host, credential);
    if (keptBy === 'file') {
      note(
        `warning: the password is kept in clear in ${file.path}; a credential helper keeps it safe ("credsStore" there)`,
      );
    }
    print(`signed in to ${host} as ${credential.username}`);
    return 0;
  },
});
