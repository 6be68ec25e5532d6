import { BoxError, nearest } from '@boxyard/spec';
import type { Verb } from './verb.ts';

/** A line of help; the module is loaded only when it is used, so that `box ps` starts fast. */
export interface VerbEntry {
  summary: string;
  load: () => Promise<{ default: Verb }>;
}

export const VERBS: Record<string, VerbEntry> = {
  run: { summary: 'Create and start a box from an image', load: () => import('./commands/run.ts') },
  create: { summary: 'Create a box without starting it', load: () => import('./commands/create.ts') },
  start: { summary: 'Start boxes', load: () => import('./commands/start.ts') },
  stop: {
    summary: 'Stop boxes: their stop signal, after a time SIGKILL',
    load: () => import('./commands/stop.ts'),
  },
  restart: { summary: 'Stop and start boxes', load: () => import('./commands/restart.ts') },
  kill: { summary: 'Send a signal to boxes (SIGKILL)', load: () => import('./commands/kill.ts') },
  rm: { summary: 'Remove boxes', load: () => import('./commands/rm.ts') },
  wait: {
    summary: 'Wait until boxes end and print their exit codes',
    load: () => import('./commands/wait.ts'),
  },
  rename: { summary: 'Give a box another name', load: () => import('./commands/rename.ts') },
  ps: { summary: 'List boxes', load: () => import('./commands/ps.ts') },
  top: { summary: 'Show the processes of a box', load: () => import('./commands/top.ts') },
  stats: {
    summary: 'Show what boxes use: CPU, memory, processes, disk',
    load: () => import('./commands/stats.ts'),
  },
  events: { summary: 'Show what happens, as it happens', load: () => import('./commands/events.ts') },
  logs: { summary: 'Show what a box printed', load: () => import('./commands/logs.ts') },
  exec: { summary: 'Run a command in a running box', load: () => import('./commands/exec.ts') },
  attach: {
    summary: "Connect the terminal to a box's main process or to a session",
    load: () => import('./commands/attach.ts'),
  },
  sessions: {
    summary: 'List the terminals that run, to come back to with attach',
    load: () => import('./commands/sessions.ts'),
  },
  inspect: {
    summary: 'Show everything about boxes or images as JSON',
    load: () => import('./commands/inspect.ts'),
  },
  images: { summary: 'List images', load: () => import('./commands/images.ts') },
  pull: { summary: 'Get images from a registry', load: () => import('./commands/pull.ts') },
  push: { summary: 'Send an image to a registry', load: () => import('./commands/push.ts') },
  import: { summary: 'Make an image from a root file system', load: () => import('./commands/import.ts') },
  load: { summary: 'Load images from an archive or a directory', load: () => import('./commands/load.ts') },
  save: { summary: 'Save images to an archive', load: () => import('./commands/save.ts') },
  cp: { summary: 'Copy files between a box and this machine', load: () => import('./commands/cp.ts') },
  diff: { summary: "List files that differ from the image's", load: () => import('./commands/diff.ts') },
  export: {
    summary: 'Write the files of a box as a tar archive',
    load: () => import('./commands/export.ts'),
  },
  commit: { summary: "Make an image of a box's files", load: () => import('./commands/commit.ts') },
  history: { summary: 'Show the steps an image was made in', load: () => import('./commands/history.ts') },
  tasks: {
    summary: 'List pulls, pushes and other long work; cancel it',
    load: () => import('./commands/tasks.ts'),
  },
  tag: { summary: 'Give an image another name', load: () => import('./commands/tag.ts') },
  rmi: { summary: 'Remove images', load: () => import('./commands/rmi.ts') },
  login: { summary: 'Sign in to a registry', load: () => import('./commands/login.ts') },
  logout: {
    summary: 'Forget the password of a registry',
    load: () => import('./commands/logout.ts'),
  },
  df: {
    summary: 'Show what images, boxes and volumes take on disk',
    load: () => import('./commands/df.ts'),
  },
  prune: {
    summary: 'Remove what nothing needs any more: ended boxes, images, volumes',
    load: () => import('./commands/prune.ts'),
  },
  ui: {
    summary: "Print the dashboard's address with a one-time sign-in link",
    load: () => import('./commands/ui.ts'),
  },
  user: {
    summary: "Set the dashboard's password, list and end the browsers' sessions",
    load: () => import('./commands/user.ts'),
  },
  info: { summary: 'Show the agent and its host', load: () => import('./commands/info.ts') },
  doctor: {
    summary: 'Say what this host lacks and how to fix it',
    load: () => import('./commands/doctor.ts'),
  },
  completion: {
    summary: 'Print or install completion for bash, zsh or fish',
    load: () => import('./commands/completion.ts'),
  },
  version: { summary: 'Show the versions of client and agent', load: () => import('./commands/version.ts') },
  help: { summary: 'Show the help of box or of one command', load: () => import('./commands/help.ts') },
};

/** The same command under two words, as Docker has it. */
const also = (...names: string[]): Record<string, VerbEntry> =>
  Object.fromEntries(names.map((name) => [name, VERBS[name] as VerbEntry]));

/** Commands of two words, `box volume ls`. */
export const GROUPS: Record<string, { summary: string; verbs: Record<string, VerbEntry> }> = {
  image: {
    summary: 'Images: list, inspect, remove, verify, clean up',
    verbs: {
      ls: VERBS.images as VerbEntry,
      inspect: {
        summary: 'Show everything about images as JSON: layers, history, documents',
        load: () => import('./commands/image/inspect.ts'),
      },
      rm: VERBS.rmi as VerbEntry,
      prune: {
        summary: 'Remove images without a name, or all that no box uses',
        load: () => import('./commands/image/prune.ts'),
      },
      verify: {
        summary: 'Read every byte of images again and find what is damaged',
        load: () => import('./commands/image/verify.ts'),
      },
      ...also('pull', 'push', 'import', 'load', 'save', 'history', 'tag'),
    },
  },
  container: {
    summary: 'Boxes: list, clean up, and every command for them',
    verbs: {
      ls: VERBS.ps as VerbEntry,
      prune: {
        summary: 'Remove boxes that do not run',
        load: () => import('./commands/container/prune.ts'),
      },
      ...also('run', 'create', 'start', 'stop', 'restart', 'kill', 'rm', 'wait', 'rename', 'top', 'stats'),
      ...also('logs', 'exec', 'attach', 'inspect', 'commit'),
    },
  },
  system: {
    summary: 'The agent and its disk: df, prune, info, events',
    verbs: also('df', 'prune', 'info', 'events'),
  },
  volume: {
    summary: 'Directories that outlive boxes: list, create, remove, export, import',
    verbs: {
      ls: { summary: 'List volumes', load: () => import('./commands/volume/ls.ts') },
      create: { summary: 'Create a volume', load: () => import('./commands/volume/create.ts') },
      rm: { summary: 'Remove volumes', load: () => import('./commands/volume/rm.ts') },
      inspect: {
        summary: 'Show everything about volumes as JSON',
        load: () => import('./commands/volume/inspect.ts'),
      },
      prune: {
        summary: 'Remove volumes that no box mounts',
        load: () => import('./commands/volume/prune.ts'),
      },
      export: {
        summary: 'Write the files of a volume as a tar archive',
        load: () => import('./commands/volume/export.ts'),
      },
      import: {
        summary: 'Unpack a tar archive into a volume',
        load: () => import('./commands/volume/import.ts'),
      },
    },
  },
};

/** What the words of a command line name: a command and the words after it, or a group alone. */
export type Named =
  | { kind: 'verb'; name: string; entry: VerbEntry; rest: readonly string[] }
  | { kind: 'group'; name: string };

/** @throws BoxError INVALID_ARGUMENT with the nearest command as hint */
export function findVerb([word = '', ...rest]: readonly string[]): Named {
  const name = own(ALIASES, word) ?? word;
  const entry = own(VERBS, name);
  if (entry) return { kind: 'verb', name, entry, rest };
  const group = own(GROUPS, name);
  if (!group) throw unknownVerb(word, '', [VERBS, GROUPS, ALIASES].flatMap(Object.keys));
  const [second, ...others] = rest;
  if (second === undefined || second === '--help' || second === '-h') return { kind: 'group', name };
  const inner = own(ALIASES, second) === 'rm' ? 'rm' : second === 'list' ? 'ls' : second;
  const verb = own(group.verbs, inner);
  if (!verb) throw unknownVerb(second, `${name} `, Object.keys(group.verbs));
  return { kind: 'verb', name: `${name} ${inner}`, entry: verb, rest: others };
}

function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function unknownVerb(word: string, group: string, known: string[]): BoxError {
  const near = nearest(word, known);
  const hint = near
    ? `did you mean "box ${group}${near}"?`
    : `"${`box help ${group}`.trimEnd()}" lists the commands`;
  const what = word.startsWith('-') ? 'flag' : 'command';
  return new BoxError('INVALID_ARGUMENT', `unknown ${what} "${group}${word}"`, { hint });
}

export const ALIASES: Record<string, string> = { list: 'ps', ls: 'ps', remove: 'rm' };
