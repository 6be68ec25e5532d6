/** The flags of `run` and `create` for commander, from the table that the dashboard reads too. */
import { type Flag, type FlagName, flagsOf, type RunLine, type RunVerb } from '@boxyard/api/run-command';
import type { Command } from 'commander';
import { collect } from '../verb.ts';

/** What commander read: by the name of the flag in camel case. */
export type CreateFlags = Record<string, string | boolean | string[] | undefined> & {
  rm?: boolean;
  interactive?: boolean;
  /** Undefined: nobody said; false: `-t=false`. */
  tty?: boolean;
  pull?: string;
  platform?: string;
};

/** Adds the verb's flags to a command, after `[image] [command...]`; what follows the image is the command's own. */
export function createFlags(command: Command, verb: RunVerb): Command {
  command
    .argument('[image]', 'image reference or id (left out with --image or --rootfs)')
    .argument('[command...]', "replaces the image's command")
    .passThroughOptions();
  for (const flag of flagsOf(verb)) {
    const names = `${flag.short ? `-${flag.short}, ` : ''}--${flag.long}`;
    if (flag.value === undefined) command.option(names, flag.help);
    else if (flag.repeatable) command.option(`${names} <${flag.value}>`, flag.help, collect);
    else command.option(`${names} <${flag.value}>`, flag.help);
    if (flag.negation !== undefined) command.option(`--no-${flag.long}`, flag.negation);
  }
  return command;
}

/** The line that commander read: its arguments `[--image IMAGE | --rootfs DIR | IMAGE] [--] [CMD…]` and its flags. */
export function lineFrom(verb: RunVerb, args: readonly string[], options: CreateFlags): RunLine {
  const operands = [...args];
  const named = options.image !== undefined || options.rootfs !== undefined;
  const image = named ? '' : (operands.shift() ?? '');
  if (operands[0] === '--') operands.shift();
  const flags = flagsOf(verb).flatMap((flag) => {
    const values = valuesOf(flag, options);
    return values.length > 0 ? [[flag.long as FlagName, values] as const] : [];
  });
  return { verb, flags: Object.fromEntries(flags), image, command: operands };
}

function valuesOf({ long }: Flag, options: CreateFlags): string[] {
  const value = options[long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [String(value)];
}
