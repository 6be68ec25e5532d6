/**
 * The flags of `box run` and `box create`: one table for the command line, its completion and the dashboard's form. Each row knows how
 * its value becomes part of a request and which values a request has for it.
 */
import {
  checkUser,
  formatMount,
  parseCapability,
  parseDuration,
  parseMount,
  parseSignal,
  parseSize,
  parseTmpfs,
  parseUlimit,
  parseVolume,
  parseVolumesFrom,
} from '@boxyard/spec';
import type { CreateInput } from '../schemas/container.ts';
import {
  absolute,
  completeMount,
  formatSizeExactly,
  formatTmpfs,
  formatUlimit,
  formatVolume,
  mountFlagOf,
  parseKeyValue,
  parseLogOption,
  parseNetwork,
  parseSecurityOption,
  parseUmask,
  positive,
} from './values.ts';

/** What a value is, for completion. */
export type ValueKind =
  | 'box'
  | 'capability'
  | 'directory'
  | 'file'
  | 'image'
  | 'log-option'
  | 'mount'
  | 'network'
  | 'platform'
  | 'pull'
  | 'security-option'
  | 'signal'
  | 'text'
  | 'time-zone'
  | 'ulimit'
  | 'volume';

export interface Flag {
  /** Without dashes: `cap-add`. */
  long: string;
  /** One letter. */
  short?: string;
  help: string;
  /** How help writes the value; a flag without is a switch. */
  value?: string;
  kind?: ValueKind;
  /** May be given several times; else the last one counts. */
  repeatable?: true;
  /** Help of `--no-LONG`, which switches off. */
  negation?: string;
}

/** A request while it is read: lists are there, single values only when they were said. */
export type RequestDraft = CreateInput &
  Required<
    Pick<CreateInput, 'env' | 'mounts' | 'volumesFrom' | 'capAdd' | 'capDrop' | 'ulimits' | 'labels' | 'log'>
  >;

/** What the words on a command line mean depends on who wrote them and where. */
export interface Caller {
  /** A variable of the caller's environment, for `-e KEY`. */
  variable(key: string): string | undefined;
  /** The text of `--env-file`. */
  readFile(path: string): string;
  /** A path that does not start with `/` as an absolute one. */
  absolute(path: string): string;
}

export interface RequestFlag extends Flag {
  /** Puts a value into the request; `'true'` and `'false'` for a switch. @throws BoxError INVALID_ARGUMENT */
  read(request: RequestDraft, value: string, caller: Caller): void;
  /** The values that a request has for this flag. */
  write(request: CreateInput): readonly string[];
}

const said = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);
/** The mounts that are written by one of the three flags for them. */
const mountsOf = ({ mounts = [] }: CreateInput, flag: ReturnType<typeof mountFlagOf>) =>
  mounts.map(completeMount).filter((mount) => mountFlagOf(mount) === flag);
const on = (value: boolean | undefined): readonly string[] => (value ? ['true'] : []);

export const REQUEST_FLAGS = [
  {
    long: 'image',
    value: 'image',
    kind: 'image',
    help: 'the image, if it is not the first argument',
    read: (request, value) => {
      request.image = value;
    },
    // Written as the first argument.
    write: () => [],
  },
  {
    long: 'rootfs',
    value: 'directory',
    kind: 'directory',
    help: 'a directory of the host as root file system, instead of an image',
    read: (request, value, caller) => {
      request.rootfs = value.startsWith('/') ? value : caller.absolute(value);
    },
    write: ({ rootfs }) => said(rootfs),
  },
  {
    long: 'name',
    value: 'name',
    help: 'name of the box; a readable one is made otherwise',
    read: (request, value) => {
      request.name = value;
    },
    write: ({ name }) => said(name),
  },
  {
    long: 'rm',
    help: 'remove the box when it ends',
    read: (request, value) => {
      request.autoRemove = value === 'true';
    },
    write: ({ autoRemove }) => on(autoRemove),
  },
  {
    long: 'interactive',
    short: 'i',
    help: 'keep stdin open',
    read: (request, value) => {
      request.openStdin = value === 'true';
    },
    write: ({ openStdin }) => on(openStdin),
  },
  {
    long: 'tty',
    short: 't',
    help: 'give it a terminal',
    negation: 'no terminal, also when run from one (-t=false)',
    read: (request, value) => {
      request.tty = value === 'true';
    },
    write: ({ tty }) => on(tty),
  },
  {
    long: 'env',
    short: 'e',
    value: 'key=value',
    repeatable: true,
    help: "environment variable; KEY alone takes the caller's value",
    // Files come first and -e after them, whatever their order: requestOf reads both together.
    read: () => undefined,
    write: ({ env = [] }) => env,
  },
  {
    long: 'env-file',
    value: 'file',
    kind: 'file',
    repeatable: true,
    help: 'file of environment variables, one KEY=VALUE a line',
    read: () => undefined,
    write: () => [],
  },
  {
    long: 'volume',
    short: 'v',
    value: 'source:target',
    kind: 'volume',
    repeatable: true,
    help: 'mount a volume by name, or a directory or file: [SOURCE:]TARGET[:ro,U,nocopy,rshared,…]',
    read: (request, value, caller) => {
      request.mounts.push(parseVolume(value, (path) => caller.absolute(path)));
    },
    write: (request) => mountsOf(request, 'volume').map(formatVolume),
  },
  {
    long: 'mount',
    value: 'key=value',
    kind: 'mount',
    repeatable: true,
    help: 'mount, in words: type=volume|bind|tmpfs,source=…,target=…[,readonly,…]',
    read: (request, value, caller) => {
      request.mounts.push(parseMount(value, (path) => caller.absolute(path)));
    },
    write: (request) => mountsOf(request, 'mount').map(formatMount),
  },
  {
    long: 'tmpfs',
    value: 'target',
    repeatable: true,
    help: 'file system in memory: TARGET[:size=64m,mode=1777,…]',
    read: (request, value) => {
      request.mounts.push(parseTmpfs(value));
    },
    write: (request) => mountsOf(request, 'tmpfs').map(formatTmpfs),
  },
  {
    long: 'volumes-from',
    value: 'box',
    kind: 'box',
    repeatable: true,
    help: 'the mounts of another box: NAME[:ro]',
    read: (request, value) => {
      request.volumesFrom.push(parseVolumesFrom(value));
    },
    write: ({ volumesFrom = [] }) =>
      volumesFrom.map(({ container, readonly }) => `${container}${readonly ? ':ro' : ''}`),
  },
  {
    long: 'workdir',
    short: 'w',
    value: 'directory',
    help: 'working directory',
    read: (request, value) => {
      request.workdir = absolute(value, '-w');
    },
    write: ({ workdir }) => said(workdir),
  },
  {
    long: 'user',
    short: 'u',
    value: 'user',
    help: 'user[:group], by name or number',
    read: (request, value) => {
      request.user = checkUser(value);
    },
    write: ({ user }) => said(user),
  },
  {
    long: 'hostname',
    value: 'name',
    help: 'host name (the name of the box)',
    read: (request, value) => {
      request.hostname = value;
    },
    write: ({ hostname }) => said(hostname),
  },
  {
    long: 'entrypoint',
    value: 'program',
    help: "replaces the image's entrypoint and drops its command; '' clears it",
    read: (request, value) => {
      // One program: its arguments go after the image.
      request.entrypoint = value === '' ? [] : [value];
    },
    write: ({ entrypoint }) => (entrypoint === undefined ? [] : [entrypoint[0] ?? '']),
  },
  {
    long: 'label',
    short: 'l',
    value: 'key=value',
    repeatable: true,
    help: 'label',
    read: (request, value) => {
      const [key, text] = parseKeyValue(value, '--label', true);
      request.labels[key] = text;
    },
    write: ({ labels = {} }) => Object.entries(labels).map(([key, value]) => `${key}=${value}`),
  },
  {
    long: 'read-only',
    help: 'root file system read-only',
    read: (request, value) => {
      request.readonlyRoot = value === 'true';
    },
    write: ({ readonlyRoot }) => on(readonlyRoot),
  },
  {
    long: 'stop-signal',
    value: 'signal',
    kind: 'signal',
    help: 'what "box stop" sends (SIGTERM)',
    read: (request, value) => {
      parseSignal(value);
      request.stopSignal = value;
    },
    write: ({ stopSignal }) => said(stopSignal),
  },
  {
    long: 'stop-timeout',
    value: 'seconds',
    help: 'time before "box stop" kills (10)',
    read: (request, value) => {
      request.stopTimeout = Math.ceil(parseDuration(value, '--stop-timeout') / 1000);
    },
    write: ({ stopTimeout }) => said(stopTimeout?.toString()),
  },
  {
    long: 'network',
    value: 'network',
    kind: 'network',
    help: 'none or host',
    read: (request, value) => {
      request.network = parseNetwork(value);
    },
    write: ({ network }) => (network === 'host' ? ['host'] : []),
  },
  {
    long: 'cap-add',
    value: 'capability',
    kind: 'capability',
    repeatable: true,
    help: 'add a capability, or ALL',
    read: (request, value) => {
      parseCapability(value);
      request.capAdd.push(value);
    },
    write: ({ capAdd = [] }) => capAdd,
  },
  {
    long: 'cap-drop',
    value: 'capability',
    kind: 'capability',
    repeatable: true,
    help: 'drop a capability, or ALL',
    read: (request, value) => {
      parseCapability(value);
      request.capDrop.push(value);
    },
    write: ({ capDrop = [] }) => capDrop,
  },
  {
    long: 'security-opt',
    value: 'option',
    kind: 'security-option',
    repeatable: true,
    help: 'no-new-privileges',
    read: (request, value) => {
      request.noNewPrivileges = parseSecurityOption(value);
    },
    write: ({ noNewPrivileges }) => (noNewPrivileges ? ['no-new-privileges'] : []),
  },
  {
    long: 'ulimit',
    value: 'name=soft:hard',
    kind: 'ulimit',
    repeatable: true,
    help: 'limit of its processes, like nofile=1024:4096',
    read: (request, value) => {
      request.ulimits.push(parseUlimit(value));
    },
    write: ({ ulimits = [] }) => ulimits.map(formatUlimit),
  },
  {
    long: 'shm-size',
    value: 'size',
    help: 'size of /dev/shm (64m)',
    read: (request, value) => {
      request.shmSize = positive(parseSize(value, '--shm-size'), '--shm-size');
    },
    write: ({ shmSize }) => (shmSize === undefined ? [] : [formatSizeExactly(shmSize)]),
  },
  {
    long: 'log-opt',
    value: 'key=value',
    kind: 'log-option',
    repeatable: true,
    help: 'max-size=16m, max-file=4',
    read: (request, value) => {
      Object.assign(request.log, parseLogOption(value));
    },
    write: ({ log: { maxSize, maxFile } = {} }) => [
      ...(maxSize === undefined ? [] : [`max-size=${formatSizeExactly(maxSize)}`]),
      ...(maxFile === undefined ? [] : [`max-file=${maxFile}`]),
    ],
  },
  {
    long: 'tz',
    value: 'zone',
    kind: 'time-zone',
    help: 'time zone like Europe/Berlin, or local',
    read: (request, value) => {
      request.timezone = value;
    },
    write: ({ timezone }) => said(timezone),
  },
  {
    long: 'umask',
    value: 'octal',
    help: 'umask of its processes (022)',
    read: (request, value) => {
      request.umask = parseUmask(value);
    },
    write: ({ umask }) => said(umask?.toString(8).padStart(3, '0')),
  },
] as const satisfies readonly RequestFlag[];

/** How `run` and `create` come by the image; no part of the request. */
export const IMAGE_FLAGS = [
  {
    long: 'pull',
    value: 'when',
    kind: 'pull',
    help: 'get the image from its registry: missing, always or never',
  },
  {
    long: 'platform',
    value: 'platform',
    kind: 'platform',
    help: "of the image, if not this machine's: linux/arm64",
  },
] as const satisfies readonly Flag[];

/** How `run` stays with the box; no part of the request. */
export const RUN_ONLY_FLAGS = [
  { long: 'detach', short: 'd', help: 'leave it running and print its id' },
  { long: 'sig-proxy', help: 'forward signals', negation: 'do not forward signals' },
  { long: 'detach-keys', value: 'keys', help: 'keys that detach (ctrl-p,ctrl-q)' },
] as const satisfies readonly Flag[];

/** A flag by its long name. */
export type FlagName = (typeof REQUEST_FLAGS | typeof IMAGE_FLAGS | typeof RUN_ONLY_FLAGS)[number]['long'];

/** Every flag that a verb has. */
export function flagsOf(verb: 'run' | 'create'): readonly Flag[] {
  return [...REQUEST_FLAGS, ...IMAGE_FLAGS, ...(verb === 'run' ? RUN_ONLY_FLAGS : [])];
}
