import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import { placeOf } from '../completion/install.ts';
import { SCRIPTS, SHELLS, type Shell } from '../completion/scripts.ts';
import { print, write } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

interface CompletionOptions {
  user?: boolean;
  uninstall?: boolean;
}

const isShell = (name: string): name is Shell => (SHELLS as readonly string[]).includes(name);

/** The shell that is used here; when that is none of ours, all that are installed. */
function shellsHere(): Shell[] {
  const own = basename(process.env.SHELL ?? '');
  if (isShell(own)) return [own];
  const folders = (process.env.PATH ?? '').split(':');
  return SHELLS.filter((shell) => folders.some((folder) => existsSync(join(folder, shell))));
}

function install(shells: readonly Shell[], { user, uninstall }: CompletionOptions): void {
  const system = process.getuid?.() === 0 && !user;
  for (const shell of shells) {
    const person = { home: homedir(), env: process.env, system, exists: existsSync };
    const { file, remark } = placeOf(shell, person);
    if (uninstall) {
      const there = existsSync(file);
      rmSync(file, { force: true });
      print(there ? `${shell}: removed ${file}` : `${shell}: nothing was installed at ${file}`);
      continue;
    }
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, SCRIPTS[shell]);
    } catch (error) {
      throw new BoxError('PERMISSION_DENIED', `${file} cannot be written: ${(error as Error).message}`, {
        hint: `print the script and keep it elsewhere: box completion ${shell} > FILE`,
        cause: error,
      });
    }
    print(`${shell}: wrote ${file}`);
    print(`${' '.repeat(shell.length)}  ${remark ?? 'every new shell completes box'}`);
  }
}

export default defineVerb<CompletionOptions>({
  examples: ['completion install', 'source <(box completion bash)', 'completion install fish'],
  define: (command) =>
    command
      .argument('<shell>', 'bash, zsh or fish: print its script; install: put it where the shell finds it')
      .argument('[which]', 'install for this shell only ($SHELL, else all that are there)')
      .option('--user', 'as root: for this user only, not for the whole host')
      .option('--uninstall', 'with install: take away what it wrote'),
  async run({ args: [word = '', which], options }) {
    const name = word === 'install' ? which : word;
    if (name !== undefined && !isShell(name)) {
      throw new BoxError('INVALID_ARGUMENT', `completion: "${name}" is no shell that is known here`, {
        hint: `use ${SHELLS.join(', ')} or install`,
      });
    }
    if (word === 'install') install(name === undefined ? shellsHere() : [name], options);
    else write(SCRIPTS[name as Shell]);
    return 0;
  },
});
