/** The words of `box run …` sorted into flags, image and command, and back. Lexical: what a value means is asked in request.ts. */
import { nearest } from '@boxyard/spec';
import { type Flag, type FlagName, flagsOf } from './flags.ts';

export type RunVerb = 'run' | 'create';

/** A command line as it stands, valid or not: any of these can be written, and shown in a form. */
export interface RunLine {
  verb: RunVerb;
  /** Values in the order given, `'true'` or `'false'` for a switch; absent: not given. */
  flags: { readonly [name in FlagName]?: readonly string[] };
  /** The first argument, or what --image says; '' when there is none. */
  image: string;
  command: readonly string[];
}

/** What is wrong with one value of a flag, or with the `image` or `command` argument. */
export interface RunProblem {
  field: FlagName | 'command';
  /** Which of the flag's values. */
  index: number;
  message: string;
  hint?: string | undefined;
}

/** What is wrong with a word of the line. */
export interface WordProblem {
  /** Its index; the number of words when something is missing at the end. */
  word: number;
  message: string;
  hint?: string;
}

export interface ParsedLine {
  line: RunLine;
  problems: WordProblem[];
  /** The word that a value came from. */
  wordOf(field: RunProblem['field'], index: number): number;
}

/** Pasted from somebody else's page, these mean the same. */
const PROGRAMS = ['box', 'docker', 'podman'];
const VERBS: readonly string[] = ['run', 'create'] satisfies RunVerb[];

/** Reads the words of a whole line, from `box` on. */
export function parseLine(words: readonly string[]): ParsedLine {
  const reader = new LineReader(words);
  reader.read();
  return {
    line: reader.line(),
    problems: reader.problems,
    wordOf: (field, index) => reader.places.get(field)?.[index] ?? words.length,
  };
}

class LineReader {
  readonly problems: WordProblem[] = [];
  readonly places = new Map<string, number[]>();
  readonly #words: readonly string[];
  readonly #values = new Map<string, string[]>();
  #verb: RunVerb = 'run';
  #flags: readonly Flag[] = [];
  #image = '';
  #command: string[] = [];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  line(): RunLine {
    return {
      verb: this.#verb,
      flags: Object.fromEntries(this.#values),
      image: this.#image,
      command: this.#command,
    };
  }

  read(): void {
    if (!this.#readVerb()) return;
    this.#flags = flagsOf(this.#verb);
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at] as string;
      if (word === '--') {
        this.#at++;
        break;
      }
      if (!word.startsWith('-') || word === '-') break;
      if (word.startsWith('--')) this.#readLong(word);
      else this.#readShort(word);
      this.#at++;
    }
    this.#readOperands();
  }

  #readVerb(): boolean {
    const [program = '', verb = ''] = this.#words;
    if (!PROGRAMS.includes(program))
      return this.#fail(0, 'the line starts with "box run"', 'for example: box run busybox');
    this.#at = verb === 'container' ? 2 : 1;
    const word = this.#words[this.#at] ?? '';
    if (!VERBS.includes(word))
      return this.#fail(this.#at, 'here "run" or "create" is expected', 'for example: box run busybox');
    this.#verb = word as RunVerb;
    this.#at++;
    return true;
  }

  #readLong(word: string): void {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word.slice(2) : word.slice(2, equals);
    const value = equals === -1 ? undefined : word.slice(equals + 1);
    const negated = this.#flags.find((flag) => flag.negation !== undefined && name === `no-${flag.long}`);
    const flag = this.#flags.find(({ long }) => long === name);
    if (negated && value === undefined) this.#set(negated, 'false');
    else if (!flag) this.#unknown(`--${name}`);
    else if (flag.value === undefined) this.#readSwitch(flag, value);
    else this.#readValue(flag, value);
  }

  /** `-i`, `-dit`, `-t=false`, `-eA=1`, `-ite A=1`. */
  #readShort(word: string): void {
    for (let letter = 1; letter < word.length; letter++) {
      const flag = this.#flags.find(({ short }) => short === word[letter]);
      const rest = word.slice(letter + 1);
      if (flag && flag.value === undefined && !(letter === 1 && rest.startsWith('='))) {
        this.#set(flag, 'true');
        continue;
      }
      if (!flag) this.#unknown(`-${word[letter]}`);
      else if (flag.value === undefined) this.#readSwitch(flag, rest.slice(1));
      else this.#readValue(flag, rest === '' ? undefined : rest);
      return;
    }
  }

  #readSwitch(flag: Flag, value: string | undefined): void {
    if (value === undefined || value === 'true') this.#set(flag, 'true');
    else if (value !== 'false') {
      this.#fail(
        this.#at,
        `--${flag.long} takes true or false, not "${value}"`,
        `write --${flag.long} alone`,
      );
    } else if (flag.negation !== undefined) this.#set(flag, 'false');
  }

  #readValue(flag: Flag, attached: string | undefined): void {
    const next = attached ?? this.#words[this.#at + 1];
    if (next === undefined) {
      this.#fail(
        this.#at,
        `--${flag.long} needs a value`,
        `write --${flag.long} ${flag.value?.toUpperCase()}`,
      );
      return;
    }
    if (attached === undefined) this.#at++;
    this.#set(flag, next);
  }

  #set(flag: Flag, value: string): void {
    const add = <T>(map: Map<string, T[]>, item: T) =>
      map.set(flag.long, flag.repeatable ? [...(map.get(flag.long) ?? []), item] : [item]);
    add(this.#values, value);
    add(this.places, this.#at);
  }

  #readOperands(): void {
    const named = this.#values.get('image')?.[0];
    if (named !== undefined) {
      this.#values.delete('image');
      this.#image = named;
    } else if (!this.#values.has('rootfs')) {
      this.places.set('image', [this.#at]);
      this.#image = this.#words[this.#at] ?? '';
      this.#at++;
    }
    if (this.#words[this.#at] === '--') this.#at++;
    this.#command = this.#words.slice(this.#at);
    this.places.set(
      'command',
      this.#command.map((_, index) => this.#at + index),
    );
  }

  #unknown(flag: string): void {
    const near = flag.startsWith('--')
      ? nearest(
          flag,
          this.#flags.map(({ long }) => `--${long}`),
        )
      : undefined;
    this.#fail(
      this.#at,
      `"box ${this.#verb}" has no flag ${flag}`,
      near ? `did you mean ${near}?` : `flags of the program itself come after the image`,
    );
  }

  #fail(word: number, message: string, hint: string): false {
    this.problems.push({ word, message, hint });
    return false;
  }
}

/** The order in which people know the switches: `-dit`. */
const CLUSTER = ['detach', 'interactive', 'tty'] as const satisfies readonly FlagName[];
/** Flags that people know by their letter. */
const BY_LETTER: readonly string[] = ['env', 'volume', 'workdir', 'user', 'label'] satisfies FlagName[];

/** The words of a line, from `box` on: `parseLine` reads the same line from them. */
export function formatLine({ verb, flags, image, command }: RunLine): string[] {
  const table = flagsOf(verb);
  const words = ['box', verb];
  const cluster = CLUSTER.filter((name) => flags[name]?.[0] === 'true')
    .map((name) => table.find(({ long }) => long === name)?.short ?? '')
    .join('');
  if (cluster) words.push(`-${cluster}`);
  for (const flag of table) {
    const clustered = (CLUSTER as readonly string[]).includes(flag.long);
    for (const value of flags[flag.long as FlagName] ?? []) {
      const letter = flag.short && BY_LETTER.includes(flag.long) ? `-${flag.short}` : `--${flag.long}`;
      if (flag.value !== undefined) words.push(letter, value);
      else if (value === 'false') words.push(`--no-${flag.long}`);
      else if (!clustered) words.push(`--${flag.long}`);
    }
  }
  if (flags.rootfs === undefined) {
    // '' keeps the first word of a command from being taken for the image.
    if (image !== '' || command.length > 0) words.push(...(image.startsWith('-') ? ['--'] : []), image);
  } else {
    if (image !== '') words.push('--image', image);
    if (command.length > 0) words.push('--');
  }
  if (command[0] === '--') words.push('--');
  return [...words, ...command];
}
