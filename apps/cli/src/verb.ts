/** What a verb's file exports, and how its command line is read. */
import { BoxError, nearest } from '@boxyard/spec';
import { Command, CommanderError } from 'commander';
import type { Agent } from './agent/agent.ts';

export interface Invocation<Options> {
  args: string[];
  options: Options;
  agent: Agent;
}

export interface Verb {
  /** Adds arguments and options. */
  define(command: Command): Command;
  /** Lines for `--help`, at least one; `box` is put before a line that does not name it. */
  examples: string[];
  /** Resolves to the exit code; nothing is 0. */
  run(invocation: Invocation<never>): Promise<number | undefined>;
}

/** A verb with the type of its options, which commander cannot know. */
export function defineVerb<Options>(
  verb: Omit<Verb, 'run'> & { run(invocation: Invocation<Options>): Promise<number | undefined> },
): Verb {
  return verb as Verb;
}

/** Thrown when `--help` was asked for; `text` goes to stdout. */
export class HelpRequested extends Error {
  readonly text: string;
  constructor(text: string) {
    super('help requested');
    this.text = text;
  }
}

export function buildCommand(name: string, summary: string, verb: Verb): Command {
  const command = verb
    .define(new Command(`box ${name}`))
    .description(summary)
    .option('--debug', 'print what is asked of the agent, and the plan of a start, on stderr')
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  const examples = verb.examples
    .map((line) => (line.includes('box ') ? `  ${line}` : `  box ${line}`))
    .join('\n');
  return command.addHelpText('after', `\nExamples:\n${examples}`);
}

/**
 * Reads the arguments after the verb.
 * @throws HelpRequested
 * @throws BoxError INVALID_ARGUMENT with the nearest flag as hint
 */
export function parseArguments(
  command: Command,
  argv: readonly string[],
): { args: string[]; options: Record<string, unknown> } {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  try {
    command.parse(spellOutBooleans(command, argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') throw new HelpRequested(help);
    throw usageError(command, error);
  }
  return { args: command.args, options: command.opts() };
}

function usageError(command: Command, error: CommanderError): BoxError {
  const message = error.message.replace(/^error: /, '').replaceAll("'", '"');
  const [, flag] = /^unknown option "(-[^"=]*)/.exec(message) ?? [];
  const known = command.options
    .flatMap(({ long, short }) => [long, short])
    .filter((name) => name !== undefined);
  const near = flag?.startsWith('--') ? nearest(flag, known) : undefined;
  const hint = near ? `did you mean ${near}?` : `see "${command.name()} --help"`;
  return new BoxError('INVALID_ARGUMENT', `${command.name().replace('box ', '')}: ${message}`, { hint });
}

/**
 * `-t=false` and `--tty=false` as commander understands them: `--no-tty` where that is defined, else nothing; `=true` is the flag
 * alone. Values of other options and what stands after `--` (or after the first operand of a command that passes options on) stay.
 */
export function spellOutBooleans(command: Command, argv: readonly string[]): string[] {
  const passesOn = (command as unknown as { _passThroughOptions: boolean })._passThroughOptions;
  const result: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at] ?? '';
    if (arg === '--' || (passesOn && !(arg.startsWith('-') && arg.length > 1))) {
      return [...result, ...argv.slice(at)];
    }
    const [, flag = arg, value] = /^(--?[\w-]+)=(true|false)$/.exec(arg) ?? [];
    const option = command.options.find(({ long, short }) => long === flag || short === flag);
    if (value !== undefined && option?.isBoolean()) {
      const negated = `--no-${option.name()}`;
      if (value === 'true') result.push(flag);
      else if (command.options.some(({ long }) => long === negated)) result.push(negated);
      continue;
    }
    result.push(arg);
    if (takesNext(command, arg) && at + 1 < argv.length) result.push(argv[++at] ?? '');
  }
  return result;
}

/** The next word is this option's value: `--name`, `-e`, or a group of short flags whose last takes one (`-ite`). */
function takesNext(command: Command, arg: string): boolean {
  if (arg.startsWith('--')) return command.options.some(({ long, required }) => long === arg && required);
  for (let at = 1; arg.startsWith('-') && at < arg.length; at++) {
    const option = command.options.find(({ short }) => short === `-${arg[at]}`);
    if (!option) return false;
    if (option.required) return at === arg.length - 1;
  }
  return false;
}

/** For options that may be repeated: collects their values. */
export function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
