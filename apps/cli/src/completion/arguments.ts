/** What the arguments and the flags' values of each verb are, for completion. */
import type { ValueKind } from '@boxyard/api/run-command';
import type { Action } from '@boxyard/spec';

export type ArgumentKind =
  | ValueKind
  /** Boxes whose state allows that action. */
  | `box:${Action}`
  | 'box-or-image'
  /** `NAME:PATH` or a file of this machine. */
  | 'box-path'
  /** Boxes that can be attached to, and terminals in them. */
  | 'terminal'
  | 'command'
  | 'completion'
  | 'shell'
  | 'user-action'
  | 'task-action'
  | 'task'
  /** Hosts of registries that somebody signed in to. */
  | 'registry'
  /** Browsers that are signed in. */
  | 'browser'
  | 'format'
  | 'progress'
  | 'archive-format'
  | 'object'
  | 'box-filter'
  | 'image-filter'
  | 'volume-name'
  | 'volume-filter';

/** By verb, one for each argument; of a repeated argument (`<name...>`) it holds for all. */
export const ARGUMENTS: Record<string, readonly ArgumentKind[]> = {
  run: ['image'],
  create: ['image'],
  start: ['box:start'],
  stop: ['box:stop'],
  restart: ['box:restart'],
  kill: ['box:kill'],
  rm: ['box'],
  wait: ['box'],
  rename: ['box', 'text'],
  top: ['box:top'],
  logs: ['box'],
  exec: ['box:exec'],
  attach: ['terminal'],
  sessions: ['box'],
  stats: ['box:top'],
  inspect: ['box-or-image'],
  images: ['image'],
  pull: ['image'],
  push: ['image', 'text'],
  import: ['file', 'text'],
  load: ['file'],
  save: ['image'],
  commit: ['box', 'text'],
  cp: ['box-path', 'box-path'],
  diff: ['box'],
  export: ['box'],
  history: ['image'],
  tag: ['image', 'text'],
  tasks: ['task-action', 'task'],
  rmi: ['image'],
  completion: ['completion', 'shell'],
  login: ['registry'],
  logout: ['registry'],
  help: ['command'],
  user: ['user-action', 'browser'],
  'volume rm': ['volume-name'],
  'volume inspect': ['volume-name'],
  'volume export': ['volume-name'],
  'volume import': ['volume-name', 'file'],
};

/** Values of flags outside `run` and `create`, whose table knows its own; by verb where one name means several things. */
const FLAG_VALUES: Record<string, ArgumentKind> = {
  'env-file': 'file',
  format: 'format',
  platform: 'platform',
  progress: 'progress',
  'save format': 'archive-format',
  input: 'file',
  output: 'file',
  signal: 'signal',
  type: 'object',
  'ps filter': 'box-filter',
  'images filter': 'image-filter',
  'volume ls filter': 'volume-filter',
};

export function flagKind(verb: string, flag: string): ArgumentKind {
  return FLAG_VALUES[`${verb} ${flag}`] ?? FLAG_VALUES[flag] ?? 'text';
}
