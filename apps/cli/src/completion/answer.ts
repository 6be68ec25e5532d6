/** `box __complete SHELL …`: what the scripts in scripts.ts ask, and the form in which each shell takes the answer. */
import { splitShellWords } from '@boxyard/spec';
import { Agent } from '../agent/agent.ts';
import { write } from '../output/print.ts';
import type { Candidates } from './candidates.ts';
import { complete } from './complete.ts';

/**
 * bash gives its word breaks and the line up to the cursor; zsh and fish the words from `box` to the cursor. Answers one candidate a
 * line, with its description after a tab where the shell shows it; lines that begin with a colon say what else to do: `:file`,
 * `:directory` (complete names of files), `:nospace`.
 */
export async function answer([shell = '', ...rest]: readonly string[]): Promise<void> {
  const words = shell === 'bash' ? wordsOf(rest[1] ?? '') : rest;
  const found = await complete(words.slice(1), new Agent());
  write(formatAnswer(shell, found, { partial: words.at(-1) ?? '', breaks: rest[0] ?? '' }));
}

/** The line's words; the last one, perhaps empty, is the one at the cursor. */
export function wordsOf(line: string): string[] {
  const { words } = splitShellWords(line);
  const ended = words.at(-1)?.to !== line.length;
  return [...words.map(({ text }) => text), ...(ended ? [''] : [])];
}

export function formatAnswer(
  shell: string,
  { words, files }: Candidates,
  { partial, breaks }: { partial: string; breaks: string },
): string {
  // bash replaces only what follows the last break (COMP_WORDBREAKS), which the names of images and --flag=value have in them.
  const kept = shell === 'bash' ? lastBreak(partial, breaks) + 1 : 0;
  const lines = words.map(({ value, description }) => {
    if (shell === 'bash') return value.slice(kept);
    const line = shell === 'zsh' ? value.replaceAll(/[\\:]/g, '\\$&') : value;
    return description ? `${line}${shell === 'zsh' ? ':' : '\t'}${oneLine(description)}` : line;
  });
  if (words.length > 0 && words.every(({ open }) => open)) lines.push(':nospace');
  if (files) lines.push(`:${files}`);
  return lines.map((line) => `${line}\n`).join('');
}

function lastBreak(partial: string, breaks: string): number {
  return Math.max(
    ...[':', '='].filter((letter) => breaks.includes(letter)).map((letter) => partial.lastIndexOf(letter)),
    -1,
  );
}

/** A box's command is its user's text: no control characters, which a terminal would obey. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 100);
}
