import type { ContainerMount } from './container.ts';
import { BoxError } from './errors.ts';
import { nearest } from './nearest.ts';
import { parseSize } from './sizes.ts';
import {
  absoluteTarget,
  bindMount,
  checkVolumeName,
  isOctalMode,
  isPropagation,
  PROPAGATIONS,
  volumeMount,
} from './volumes.ts';

type Type = ContainerMount['type'];
const TYPES: readonly string[] = ['volume', 'bind', 'tmpfs'] satisfies Type[];

/** Docker's keys with the types they belong to (docs.docker.com, "docker container run", --mount); U is Podman's. */
const KEYS: Record<string, readonly Type[]> = {
  type: ['volume', 'bind', 'tmpfs'],
  source: ['volume', 'bind'],
  target: ['volume', 'bind', 'tmpfs'],
  readonly: ['volume', 'bind', 'tmpfs'],
  consistency: ['volume', 'bind', 'tmpfs'],
  U: ['volume', 'bind'],
  'bind-propagation': ['bind'],
  'bind-recursive': ['bind'],
  'bind-nonrecursive': ['bind'],
  'volume-nocopy': ['volume'],
  'volume-label': ['volume'],
  'volume-driver': ['volume'],
  'tmpfs-size': ['tmpfs'],
  'tmpfs-mode': ['tmpfs'],
};
const ALIASES: Record<string, string> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  chown: 'U',
};

/**
 * `--mount type=volume|bind|tmpfs,source=…,target=…[,KEY=VALUE…]`, one line of CSV (RFC 4180: a field with a comma in double quotes).
 * `resolve` makes a relative source of a bind absolute.
 * @throws BoxError INVALID_ARGUMENT, UNSUPPORTED (volume drivers)
 */
export function parseMount(text: string, resolve: (path: string) => string): ContainerMount {
  const where = `--mount ${text}`;
  const fields = readFields(text, where);
  const type = (fields.get('type')?.at(-1) ?? 'volume') as Type;
  if (!TYPES.includes(type)) {
    throw invalid(`${where}: unknown type "${type}"`, `known are ${TYPES.join(', ')}`);
  }
  for (const key of fields.keys()) {
    if (!KEYS[key]?.includes(type)) {
      throw invalid(`${where}: ${key} means nothing for a ${type}`, `it belongs to ${KEYS[key]?.join(', ')}`);
    }
  }
  return new MountFields(fields, where, resolve).read(type);
}

class MountFields {
  readonly #fields: ReadonlyMap<string, string[]>;
  readonly #where: string;
  readonly #resolve: (path: string) => string;

  constructor(fields: ReadonlyMap<string, string[]>, where: string, resolve: (path: string) => string) {
    this.#fields = fields;
    this.#where = where;
    this.#resolve = resolve;
  }

  read(type: Type): ContainerMount {
    const target = absoluteTarget(this.#text('target') ?? this.#missing('target'), this.#where);
    if (type === 'tmpfs') return this.#tmpfs(target);
    return type === 'bind' ? this.#bind(target) : this.#volume(target);
  }

  #bind(target: string): ContainerMount {
    const source = this.#text('source') || this.#missing('source');
    const propagation = this.#text('bind-propagation') ?? 'rprivate';
    if (!isPropagation(propagation)) {
      throw this.#invalid(`"${propagation}" is no bind-propagation`, `known are ${PROPAGATIONS.join(', ')}`);
    }
    return {
      ...bindMount(source.startsWith('/') ? source : this.#resolve(source), target),
      readonly: this.#switch('readonly'),
      recursive: this.#recursive(),
      propagation,
      chown: this.#switch('U'),
    };
  }

  /** Docker's `bind-recursive` has finer words for read-only binds; ours are always read-only throughout. */
  #recursive(): boolean {
    const word = this.#text('bind-recursive') ?? 'enabled';
    if (!['enabled', 'disabled', 'readonly'].includes(word)) {
      throw this.#invalid(`"${word}" is no bind-recursive`, 'known are enabled, disabled, readonly');
    }
    return word !== 'disabled' && !this.#switch('bind-nonrecursive');
  }

  #volume(target: string): ContainerMount {
    const name = this.#text('source') ?? '';
    const driver = this.#text('volume-driver') ?? 'local';
    if (driver !== 'local') {
      throw new BoxError('UNSUPPORTED', `${this.#where}: there is no volume driver "${driver}"`, {
        hint: 'leave volume-driver out',
      });
    }
    const labels = (this.#fields.get('volume-label') ?? []).map((label): [string, string] => {
      const equals = label.indexOf('=');
      return equals === -1 ? [label, ''] : [label.slice(0, equals), label.slice(equals + 1)];
    });
    return {
      ...volumeMount(name === '' ? '' : checkVolumeName(name, this.#where), target),
      readonly: this.#switch('readonly'),
      copy: !this.#switch('volume-nocopy'),
      chown: this.#switch('U'),
      labels: Object.fromEntries(labels),
    };
  }

  #tmpfs(target: string): ContainerMount {
    const size = this.#text('tmpfs-size');
    const mode = this.#text('tmpfs-mode') ?? '1777';
    if (!isOctalMode(mode)) throw this.#invalid(`"${mode}" is no tmpfs-mode`, 'write it in octal, like 1777');
    return {
      type: 'tmpfs',
      target,
      ...(size === undefined ? {} : { size: parseSize(size, `${this.#where}: tmpfs-size`) }),
      mode: Number.parseInt(mode, 8),
      options: this.#switch('readonly') ? ['ro'] : [],
    };
  }

  #text(key: string): string | undefined {
    return this.#fields.get(key)?.at(-1);
  }

  #switch(key: string): boolean {
    const value = this.#text(key) ?? 'false';
    if (['', 'true', '1'].includes(value)) return true;
    if (['false', '0'].includes(value)) return false;
    throw this.#invalid(`${key} is true or false, not "${value}"`, `write ${key} alone`);
  }

  #missing(key: string): never {
    throw this.#invalid(`${key} is missing`, 'for example type=volume,source=data,target=/data');
  }

  #invalid(message: string, hint: string): BoxError {
    return invalid(`${this.#where}: ${message}`, hint);
  }
}

/** Every value of every key, under Docker's first name of it. A key alone is ''. */
function readFields(text: string, where: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const field of splitCsv(text, where)) {
    const equals = field.indexOf('=');
    const name = equals === -1 ? field : field.slice(0, equals);
    const key = ALIASES[name] ?? name;
    if (!Object.hasOwn(KEYS, key)) {
      const near = nearest(name, [...Object.keys(KEYS), ...Object.keys(ALIASES)]);
      throw invalid(
        `${where}: unknown key "${name}"`,
        near ? `did you mean ${near}?` : 'keys are type, source, target, readonly, …',
      );
    }
    fields.set(key, [...(fields.get(key) ?? []), equals === -1 ? '' : field.slice(equals + 1)]);
  }
  return fields;
}

function splitCsv(text: string, where: string): string[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/y;
  const fields: string[] = [];
  for (;;) {
    const match = field.exec(text);
    if (!match)
      throw invalid(`${where}: a quote is not closed or not at the edge of a field`, 'quote whole fields');
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (!match[0].endsWith(',')) return fields;
    if (field.lastIndex === text.length) return [...fields, ''];
  }
}

const quoted = (field: string): string => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

/** The value of `--mount` that `parseMount` reads the same mount from. */
export function formatMount(mount: ContainerMount): string {
  const fields = [`type=${mount.type}`];
  if (mount.type === 'bind') fields.push(`source=${mount.source}`);
  if (mount.type === 'volume' && mount.name !== '') fields.push(`source=${mount.name}`);
  fields.push(`target=${mount.target}`);
  if (mount.type === 'tmpfs') {
    if (mount.size !== undefined) fields.push(`tmpfs-size=${mount.size}`);
    fields.push(`tmpfs-mode=${mount.mode.toString(8)}`);
    if (mount.options.includes('ro')) fields.push('readonly');
    return fields.map(quoted).join(',');
  }
  if (mount.readonly) fields.push('readonly');
  if (mount.chown) fields.push('U');
  if (mount.type === 'bind') {
    if (!mount.recursive) fields.push('bind-nonrecursive');
    if (mount.propagation !== 'rprivate') fields.push(`bind-propagation=${mount.propagation}`);
  } else {
    if (!mount.copy) fields.push('volume-nocopy');
    fields.push(...Object.entries(mount.labels).map(([key, value]) => `volume-label=${key}=${value}`));
  }
  return fields.map(quoted).join(',');
}

function invalid(message: string, hint: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', message, { hint });
}
