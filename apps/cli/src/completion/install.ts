/** Where each shell looks for completions. */
import { join } from 'node:path';
import type { Shell } from './scripts.ts';

export interface Place {
  file: string;
  /** What the person still has to do; undefined: nothing but a new shell. */
  remark: string | undefined;
}

export interface Person {
  home: string;
  env: NodeJS.ProcessEnv;
  /** For everybody on this host, not for this person alone. */
  system: boolean;
  /** Whether a path is there. */
  exists(path: string): boolean;
}

/** bash reads the folders below through this package alone (bash-completion's README, "FAQ"). */
const BASH_COMPLETION = '/usr/share/bash-completion/bash_completion';
const PREFIX = '/usr/local/share';

export function placeOf(shell: Shell, { home, env, system, exists }: Person): Place {
  const data = system ? PREFIX : env.XDG_DATA_HOME || join(home, '.local/share');
  if (shell === 'bash') {
    const file = join(data, 'bash-completion/completions/box');
    const loaded = exists(BASH_COMPLETION);
    return {
      file,
      remark: loaded
        ? undefined
        : `the package bash-completion is not installed: add to ~/.bashrc:  . ${file}`,
    };
  }
  if (shell === 'zsh') {
    const folder = join(data, 'zsh/site-functions');
    const add = `add to ~/.zshrc:  ${system ? '' : `fpath+=(${folder}); `}autoload -U compinit && compinit`;
    return { file: join(folder, '_box'), remark: system ? undefined : add };
  }
  const folder = system
    ? join(PREFIX, 'fish/vendor_completions.d')
    : join(env.XDG_CONFIG_HOME || join(home, '.config'), 'fish/completions');
  return { file: join(folder, 'box.fish'), remark: undefined };
}
