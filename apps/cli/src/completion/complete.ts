/** The answer to a shell that asks how a line of `box …` can go on. */
import { flagsOf } from '@boxyard/api/run-command';
import type { Command, Option } from 'commander';
import type { Agent } from '../agent/agent.ts';
import { buildCommand } from '../verb.ts';
import { findVerb, GROUPS, type Named } from '../verbs.ts';
import { ARGUMENTS, type ArgumentKind, flagKind } from './arguments.ts';
import { type Candidate, type Candidates, candidatesOf, commands } from './candidates.ts';

const NOTHING: Candidates = { words: [] };

/** How the last of these words (after `box`; '' when a new one begins) can go on. Never throws: what is unknown has no candidates. */
export async function complete(line: readonly string[], agent: Agent): Promise<Candidates> {
  const all = line[0] === '--debug' && line.length > 1 ? line.slice(1) : line;
  const [word = '', ...rest] = all;
  if (rest.length === 0) {
    const flags = ['--help', '--version', '--debug'].map((value) => ({ value }));
    const offered = word.startsWith('-') ? flags : commands();
    return { words: offered.filter(({ value }) => value.startsWith(word)) };
  }
  const named = known(all, rest.length === 1);
  if (!named) return NOTHING;
  if (named.kind === 'group')
    return { words: actions(named.name).filter(({ value }) => value.startsWith(rest[0] ?? '')) };
  const { name, entry } = named;
  const { default: verb } = await entry.load();
  return completeVerb(name, buildCommand(name, entry.summary, verb), { words: named.rest, agent });
}

/** The second word of a group is what is being completed while it is the last. */
function known([word = '', ...rest]: readonly string[], last: boolean): Named | undefined {
  try {
    return findVerb(last && Object.hasOwn(GROUPS, word) ? [word] : [word, ...rest]);
  } catch {
    return undefined;
  }
}

const actions = (group: string): Candidate[] =>
  Object.entries(GROUPS[group]?.verbs ?? {}).map(([value, { summary }]) => ({ value, description: summary }));

async function completeVerb(
  verb: string,
  command: Command,
  { words, agent }: { words: readonly string[]; agent: Agent },
): Promise<Candidates> {
  const partial = words.at(-1) ?? '';
  const before = readWords(command, words.slice(0, -1));
  if (before.expecting) return candidatesOf(kindOf(verb, before.expecting), partial, agent);
  const attached = before.ended ? null : /^(--[\w-]+)=(.*)$/s.exec(partial);
  if (attached) {
    const [, flag = '', value = ''] = attached;
    const option = command.options.find(({ long }) => long === flag);
    if (!option?.required) return NOTHING;
    const found = await candidatesOf(kindOf(verb, option), value, agent);
    return { ...found, words: found.words.map((item) => ({ ...item, value: `${flag}=${item.value}` })) };
  }
  if (!before.ended && partial.startsWith('-')) return { words: flags(command, partial) };
  return completeArgument(verb, command, { partial, given: before.operands, agent });
}

async function completeArgument(
  verb: string,
  command: Command,
  { partial, given, agent }: { partial: string; given: readonly string[]; agent: Agent },
): Promise<Candidates> {
  const kinds = ARGUMENTS[verb] ?? [];
  const last = command.registeredArguments.at(-1);
  // A repeated argument takes the last kind again and again; a command inside a box is nothing we know about.
  const repeats = last?.variadic === true && kinds.length === command.registeredArguments.length;
  const kind = kinds[given.length] ?? (repeats ? kinds.at(-1) : undefined);
  if (!kind) return NOTHING;
  const found = await candidatesOf(kind, partial, agent);
  return { ...found, words: found.words.filter(({ value }) => !given.includes(value)) };
}

/** The words before the one that is completed: operands, whether flags are over, and the flag whose value is to come. */
function readWords(command: Command, words: readonly string[]) {
  const operands: string[] = [];
  let expecting: Option | undefined;
  let ended = false;
  const passesOn = (command as unknown as { _passThroughOptions: boolean })._passThroughOptions;
  for (const word of words) {
    if (expecting) {
      // The image may be named by a flag: then the first operand is the command's.
      if (expecting.long === '--image' || expecting.long === '--rootfs') operands.unshift(word);
      expecting = undefined;
    } else if (word === '--' && !ended) ended = true;
    else if (ended || !word.startsWith('-') || word === '-') {
      operands.push(word);
      ended ||= passesOn;
    } else expecting = takesNext(command, word);
  }
  return { operands, expecting, ended };
}

/** The option whose value the next word is: `--name`, `-e`, or the last of a group (`-ite`). */
function takesNext(command: Command, word: string): Option | undefined {
  if (word.startsWith('--')) return command.options.find(({ long, required }) => long === word && required);
  for (const [index, letter] of [...word].entries()) {
    const option = command.options.find(({ short }) => index > 0 && short === `-${letter}`);
    if (option?.required) return index === word.length - 1 ? option : undefined;
  }
  return undefined;
}

function kindOf(verb: string, { long }: Option): ArgumentKind {
  const flag = (long ?? '').slice(2);
  if (verb !== 'run' && verb !== 'create') return flagKind(verb, flag);
  return flagsOf(verb).find((known) => known.long === flag)?.kind ?? 'text';
}

function flags(command: Command, partial: string): Candidates['words'] {
  const options = command.options.map(({ long, short, description }) => ({ long, short, description }));
  const help = { long: '--help', short: '-h', description: 'show this help' };
  return [...options, help].flatMap(({ long, short, description }) =>
    [long, partial.startsWith('--') ? undefined : short]
      .filter((value) => value?.startsWith(partial))
      .map((value) => ({ value: value as string, description })),
  );
}
