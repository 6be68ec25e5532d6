/** Lines of a Dockerfile that change an image's configuration (`box commit --change`), applied to one. Pure. */
import { BoxError } from './errors.ts';
import type { ImageConfig } from './image.ts';
import { expandWords, splitInstructionWords } from './instruction-words.ts';
import { nearest } from './nearest.ts';
import { parseSignal } from './signals.ts';
import { checkUser } from './users.ts';

type Apply = (config: ImageConfig, text: string) => ImageConfig;

/** What Docker's `commit --change` takes beside these: no box is started with it, so writing it down would promise too much. */
const UNSUPPORTED = ['HEALTHCHECK', 'ONBUILD'];
const PORTS_MAX = 65_535;

const INSTRUCTIONS: Record<string, Apply> = {
  CMD: (config, text) => ({ ...config, cmd: commandOf('CMD', text) }),
  ENTRYPOINT: (config, text) => ({ ...config, entrypoint: commandOf('ENTRYPOINT', text) }),
  ENV: (config, text) => ({
    ...config,
    env: pairsOf('ENV', text, config).reduce(
      (env, [key, value]) => withVariable(env, key, value),
      [...(config.env ?? [])],
    ),
  }),
  EXPOSE: (config, text) => ({
    ...config,
    exposedPorts: union(config.exposedPorts, expandWords(text, config.env).flatMap(portsOf)),
  }),
  LABEL: (config, text) => ({
    ...config,
    labels: { ...config.labels, ...Object.fromEntries(pairsOf('LABEL', text, config)) },
  }),
  STOPSIGNAL: (config, text) => {
    const stopSignal = oneWord('STOPSIGNAL', text, config);
    parseSignal(stopSignal);
    return { ...config, stopSignal };
  },
  USER: (config, text) => ({ ...config, user: checkUser(oneWord('USER', text, config)) }),
  VOLUME: (config, text) => ({
    ...config,
    volumes: union(config.volumes, (jsonWords(text) ?? expandWords(text, config.env)).map(absolute)),
  }),
  WORKDIR: (config, text) => {
    const path = oneWord('WORKDIR', text, config);
    return {
      ...config,
      workdir: cleanPath(path.startsWith('/') ? path : `${config.workdir ?? '/'}/${path}`),
    };
  },
};

/**
 * The configuration after instructions like `CMD ["nginx"]` or `ENV PATH=$PATH:/opt/bin`, in their order. `$NAME` stands for what the
 * environment holds then, as in a Dockerfile. An ENTRYPOINT without a CMD beside it drops the Cmd, which was meant for another program.
 * Throws BoxError INVALID_ARGUMENT.
 */
export function applyImageChanges(config: ImageConfig, changes: readonly string[]): ImageConfig {
  const parsed = changes.map(parseInstruction);
  const names = new Set(parsed.map(({ name }) => name));
  const start = { ...config };
  if (names.has('ENTRYPOINT') && !names.has('CMD')) delete start.cmd;
  return parsed.reduce((before, { apply, text }) => apply(before, text), start);
}

function parseInstruction(line: string): { name: string; apply: Apply; text: string } {
  const [, word = '', text = ''] = /^\s*(\S+)\s*([\s\S]*?)\s*$/.exec(line) ?? [];
  const name = word.toUpperCase();
  const apply = Object.hasOwn(INSTRUCTIONS, name) ? INSTRUCTIONS[name] : undefined;
  if (!apply) {
    const near = nearest(name, Object.keys(INSTRUCTIONS));
    throw invalid(
      UNSUPPORTED.includes(name) ? `${name} is not supported` : `"${word}" is no change of an image`,
      near ? `did you mean ${near}?` : `use ${Object.keys(INSTRUCTIONS).join(', ')}`,
    );
  }
  if (text === '') throw invalid(`${name} says nothing`, EXAMPLES[name] as string);
  return { name, apply, text };
}

const EXAMPLES: Record<string, string> = {
  CMD: 'write: CMD ["program", "argument"], or CMD words for a shell',
  ENTRYPOINT: 'write: ENTRYPOINT ["program", "argument"], or ENTRYPOINT words for a shell',
  ENV: 'write: ENV KEY=VALUE',
  EXPOSE: 'write: EXPOSE 80 or EXPOSE 53/udp',
  LABEL: 'write: LABEL KEY=VALUE',
  STOPSIGNAL: 'write: STOPSIGNAL SIGTERM',
  USER: 'write: USER name or USER 1000:1000',
  VOLUME: 'write: VOLUME /data',
  WORKDIR: 'write: WORKDIR /srv',
};

/** The JSON form is a list of words; anything else is a line for a shell, as it stands. */
function commandOf(name: string, text: string): string[] {
  const words = jsonWords(text);
  if (words) return words;
  if (text.startsWith('[')) throw invalid(`${name}: ${text} is no list of words`, EXAMPLES[name] as string);
  return ['/bin/sh', '-c', text];
}

function jsonWords(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  } catch {
    // Docker takes such a line as words for a shell too; for lists of paths that is what a caller does with undefined.
  }
  return undefined;
}

/** `KEY=VALUE KEY="A B"`, or the old form `KEY the rest`. */
function pairsOf(name: 'ENV' | 'LABEL', text: string, config: ImageConfig): [key: string, value: string][] {
  const [first = ''] = splitInstructionWords(text);
  if (!first.includes('=')) {
    const [, key = '', rest = ''] = /^(\S+)\s+([\s\S]+)$/.exec(text) ?? [];
    if (key === '') throw invalid(`${name}: "${text}" has no value`, EXAMPLES[name] as string);
    return [[key, expandWords(rest, config.env, { whole: true })[0] ?? '']];
  }
  return expandWords(text, config.env).map((word) => {
    const at = word.indexOf('=');
    if (at < 1) throw invalid(`${name}: "${word}" is no KEY=VALUE`, EXAMPLES[name] as string);
    return [word.slice(0, at), word.slice(at + 1)];
  });
}

function withVariable(env: readonly string[], key: string, value: string): string[] {
  const entry = `${key}=${value}`;
  const at = env.findIndex((one) => one.startsWith(`${key}=`));
  return at === -1 ? [...env, entry] : env.with(at, entry);
}

function oneWord(name: string, text: string, { env }: ImageConfig): string {
  const words = expandWords(text, env);
  if (words.length === 1 && words[0]) return words[0];
  throw invalid(`${name}: "${text}" is not one word`, EXAMPLES[name] as string);
}

/** `80`, `53/udp`, `8000-8003/tcp` as the config spells them: one for each port, with its protocol. */
function portsOf(text: string): string[] {
  const [, low = '', high = low, protocol = 'tcp'] =
    /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? [];
  const [from, to] = [Number(low), Number(high)];
  if (low === '' || from < 1 || to > PORTS_MAX || to < from) {
    throw invalid(`EXPOSE: "${text}" is no port`, EXAMPLES.EXPOSE as string);
  }
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}/${protocol.toLowerCase()}`);
}

function absolute(path: string): string {
  if (path.startsWith('/') && cleanPath(path) !== '/') return cleanPath(path);
  throw invalid(`VOLUME: "${path}" is no directory below /`, EXAMPLES.VOLUME as string);
}

/** Without `.`, `..` and repeated slashes, as path.Clean of Go does it. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function union(before: readonly string[] | undefined, more: readonly string[]): string[] {
  return [...new Set([...(before ?? []), ...more])];
}

function invalid(message: string, hint: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', message, { hint });
}
