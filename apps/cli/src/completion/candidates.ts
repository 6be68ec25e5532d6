/** What one kind of word can be: words known here, and names asked from the agent. */
import type { ContainerView, ImageView } from '@boxyard/api';
import {
  type Action,
  CAPABILITIES,
  CONTAINER_STATES,
  can,
  formatSize,
  humanizeAge,
  humanizeStatus,
  RLIMITS,
  SIGNAL_NAMES,
} from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { SHORT_ID } from '../commands/ps.ts';
import { ALIASES, GROUPS, VERBS } from '../verbs.ts';
import type { ArgumentKind } from './arguments.ts';
import { SHELLS } from './scripts.ts';

export interface Candidate {
  value: string;
  description?: string;
  /** More is to come in the same word: no space after it. */
  open?: true;
}

export interface Candidates {
  words: Candidate[];
  /** The shell completes names of files itself. */
  files?: 'file' | 'directory';
}

/** A shell waits for this: an agent that does not answer by then has nothing to offer. */
const PATIENCE_MS = 1000;

const words = (...values: string[]): Candidates => ({ words: values.map((value) => ({ value })) });
const opening = (...values: string[]): Candidates => ({
  words: values.map((value) => ({ value, open: true })),
});

/** All candidates of a kind that begin with what stands there already. */
export async function candidatesOf(kind: ArgumentKind, partial: string, agent: Agent): Promise<Candidates> {
  const all = await everything(kind, partial, agent);
  return { ...all, words: all.words.filter(({ value }) => value.startsWith(partial)) };
}

async function everything(kind: ArgumentKind, partial: string, agent: Agent): Promise<Candidates> {
  if (kind.startsWith('box:')) return { words: await boxes(agent, partial, kind.slice(4) as Action) };
  switch (kind) {
    case 'box':
      return { words: await boxes(agent, partial) };
    case 'image':
      return { words: await images(agent, partial) };
    case 'box-or-image':
      return { words: (await Promise.all([boxes(agent, partial), images(agent, partial)])).flat() };
    case 'box-path':
      return boxPaths(agent, partial);
    case 'terminal':
      return { words: (await Promise.all([boxes(agent, partial, 'attach'), terminals(agent)])).flat() };
    case 'command':
      return { words: commands() };
    case 'capability':
      return words(...capabilities(partial));
    case 'signal':
      return words(...SIGNAL_NAMES.map((name) => inStyleOf(partial, name, 'SIG')));
    case 'network':
      return {
        words: [
          { value: 'none', description: 'loopback only' },
          { value: 'host', description: "the host's own network" },
        ],
      };
    case 'pull':
      return words('missing', 'always', 'never');
    case 'platform':
      return words('linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/386');
    case 'progress':
      return words('auto', 'tty', 'plain');
    case 'time-zone':
      return words('local', ...Intl.supportedValuesOf('timeZone'));
    case 'ulimit':
      return opening(...Object.keys(RLIMITS).map((name) => `${name}=`));
    case 'log-option':
      return opening('max-size=', 'max-file=');
    case 'security-option':
      return words('no-new-privileges');
    case 'format':
      return words('json', 'table');
    case 'archive-format':
      return words('docker', 'oci');
    case 'object':
      return words('container', 'image');
    case 'completion':
      return words(...SHELLS, 'install');
    case 'shell':
      return words(...SHELLS);
    case 'user-action':
      return words('passwd', 'sessions', 'revoke');
    case 'task-action':
      return words('cancel');
    case 'task':
      return { words: await tasks(agent) };
    case 'registry':
      return { words: await registries() };
    case 'browser':
      return { words: await browsers(agent) };
    case 'box-filter':
      return boxFilters(partial, agent);
    case 'image-filter':
      return partial.startsWith('dangling=')
        ? words('dangling=true', 'dangling=false')
        : opening('reference=', 'label=', 'dangling=');
    case 'file':
    case 'directory':
      return { words: [], files: kind };
    case 'volume':
      // After the colon stands a path in the box, which is not ours to look at.
      if (partial.includes(':')) return { words: [] };
      return { words: (await volumes(agent)).map(volumeSource), files: 'file' };
    case 'volume-name':
      return { words: await volumes(agent) };
    case 'volume-filter':
      return partial.startsWith('dangling=')
        ? words('dangling=true', 'dangling=false')
        : opening('dangling=', 'name=', 'label=');
    case 'mount':
      return opening(...['volume', 'bind', 'tmpfs'].map((type) => `type=${type},`));
    default:
      return { words: [] };
  }
}

/** Every command with its line of help. */
export function commands(): Candidate[] {
  return [
    ...Object.entries(VERBS).map(([value, { summary }]) => ({ value, description: summary })),
    ...Object.entries(GROUPS).map(([value, { summary }]) => ({ value, description: summary })),
    ...Object.entries(ALIASES).map(([value, name]) => ({ value, description: `the same as ${name}` })),
  ];
}

/** Names with a colon behind them, for a path to follow; what is in a box is not looked at for a press of a key. */
async function boxPaths(agent: Agent, partial: string): Promise<Candidates> {
  if (partial.includes(':') || /^[/.]/.test(partial)) return { words: [], files: 'file' };
  const names = await boxes(agent, partial);
  return { words: names.map((name) => ({ ...name, value: `${name.value}:`, open: true })), files: 'file' };
}

/** Names; ids too once somebody began to type one. */
async function boxes(agent: Agent, partial: string, action?: Action): Promise<Candidate[]> {
  const views = await listed(agent);
  const now = Date.now();
  return views
    .filter(({ state }) => action === undefined || can(action, state))
    .map((view) => ({
      value: byId(view.id, view.name, partial),
      description: `${view.image} · ${humanizeStatus(view, now)}`,
    }));
}

function byId(id: string, name: string, partial: string): string {
  const meant = partial !== '' && id.startsWith(partial) && !name.startsWith(partial);
  return meant ? (partial.length > SHORT_ID ? id : id.slice(0, SHORT_ID)) : name;
}

function listed(agent: Agent): Promise<ContainerView[]> {
  return quietly((signal) => agent.query('containers.list', { all: true, filters: [] }, signal));
}

async function images(agent: Agent, partial: string): Promise<Candidate[]> {
  const views: ImageView[] = await quietly((signal) => agent.query('images.list', undefined, signal));
  const now = Date.now();
  return views.flatMap(({ id, tags, size, createdAt }) => {
    const description = `${formatSize(size)} · ${humanizeAge(createdAt, now)}`;
    const names = tags.some((tag) => tag.startsWith(partial)) ? tags : [byId(id, '', partial || 'g')];
    return names.filter(Boolean).map((value) => ({ value, description }));
  });
}

async function volumes(agent: Agent): Promise<Candidate[]> {
  const views = await quietly((signal) => agent.query('volumes.list', {}, signal));
  const now = Date.now();
  return views.map(({ name, containers, createdAt }) => ({
    value: name,
    description: `${containers.join(', ') || 'unused'} · ${humanizeAge(createdAt, now)}`,
  }));
}

/** As `-v` takes it: its target follows the colon. */
const volumeSource = ({ value, ...rest }: Candidate): Candidate => ({
  ...rest,
  value: `${value}:`,
  open: true,
});

async function terminals(agent: Agent): Promise<Candidate[]> {
  const views = await quietly((signal) => agent.query('terminals.list', {}, signal));
  return views
    .filter(({ running, session }) => running && session !== '')
    .map(({ name, command, container }) => ({
      value: name,
      description: `${command.join(' ')} in ${container.name}`,
    }));
}

async function tasks(agent: Agent): Promise<Candidate[]> {
  const views = await quietly((signal) => agent.query('tasks.list', undefined, signal));
  return views
    .filter(({ state }) => state === 'running')
    .map(({ id, kind, subject }) => ({ value: id, description: `${kind} ${subject}` }));
}

async function browsers(agent: Agent): Promise<Candidate[]> {
  const sessions = await quietly((signal) => agent.query('access.sessions', undefined, signal));
  return sessions.map(({ id, address, userAgent }) => ({
    value: id,
    description: `${address} · ${userAgent}`,
  }));
}

/** Of the user's own file, which the agent does not know. */
async function registries(): Promise<Candidate[]> {
  const { CredentialFile, userCredentialPath } = await import('@boxyard/registry/credentials');
  const file = new CredentialFile(userCredentialPath(process.env));
  const known = await quietly((signal) => file.list(signal));
  return known.map(({ host, username }) => ({ value: host, ...(username && { description: username }) }));
}

/** Whatever goes wrong, a shell's line is no place to say it. */
async function quietly<T>(ask: (signal: AbortSignal) => Promise<T[]>): Promise<T[]> {
  try {
    return await ask(AbortSignal.timeout(PATIENCE_MS));
  } catch {
    return [];
  }
}

async function boxFilters(partial: string, agent: Agent): Promise<Candidates> {
  const equals = partial.indexOf('=');
  const key = partial.slice(0, Math.max(equals, 0));
  const inner = partial.slice(equals + 1);
  const values =
    key === 'status'
      ? CONTAINER_STATES.map((value) => ({ value }))
      : key === 'name'
        ? await boxes(agent, inner)
        : key === 'ancestor'
          ? await images(agent, inner)
          : undefined;
  if (values)
    return { words: values.map((candidate) => ({ ...candidate, value: `${key}=${candidate.value}` })) };
  return equals === -1 ? opening('name=', 'id=', 'label=', 'status=', 'ancestor=', 'exited=') : { words: [] };
}

function capabilities(partial: string): string[] {
  const names = CAPABILITIES.map((name) => name.slice('CAP_'.length));
  return ['ALL', ...names].map((name) => inStyleOf(partial, name, name === 'ALL' ? '' : 'CAP_'));
}

/** With the prefix and in the case in which somebody began to write: all of them are understood. */
function inStyleOf(partial: string, name: string, prefix: string): string {
  const upper = partial.toUpperCase();
  const whole =
    prefix !== '' &&
    upper !== '' &&
    upper.startsWith(prefix.slice(0, upper.length)) &&
    !name.startsWith(upper);
  const word = whole ? `${prefix}${name}` : name;
  return partial !== '' && partial === partial.toLowerCase() && /[a-z]/.test(partial)
    ? word.toLowerCase()
    : word;
}
