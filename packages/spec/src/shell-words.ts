/** A line of shell text as words and back (POSIX.1-2024, XCU 2.2 Quoting), without expansions: `$HOME` and `*` stay what they are. */

export interface ShellWord {
  /** Without its quotes. */
  text: string;
  /** Where it stands in the line: UTF-16 offsets, the end exclusive. */
  from: number;
  to: number;
}

export interface ShellSplit {
  words: ShellWord[];
  /** Absent when the line is whole. With an open quote the last word is what was read of it, for completion. */
  problem?: { message: string; hint: string; at: number };
}

const BLANK = /[ \t\r\n]/;
/** What ends a simple command in a shell (XCU 2.10.2): a line that runs a program has none unquoted. */
const OPERATOR = /[|&;<>()]/;
/** Inside double quotes a backslash quotes only these (XCU 2.2.3). */
const ESCAPABLE_IN_DOUBLE_QUOTES = /["\\$`\n]/;

/**
 * Words of a simple command: blanks and newlines separate, `'…'`, `"…"` and backslash quote, backslash-newline joins lines, `#` at the
 * start of a word begins a comment. Shell operators, an open quote and a lone backslash at the end are problems with their place.
 */
export function splitShellWords(line: string): ShellSplit {
  const words: ShellWord[] = [];
  let at = 0;
  while (at < line.length) {
    const letter = line[at] as string;
    if (BLANK.test(letter)) at++;
    else if (line.startsWith('\\\n', at)) at += 2;
    else if (letter === '#') {
      const end = line.indexOf('\n', at);
      at = end === -1 ? line.length : end;
    } else if (OPERATOR.test(letter)) {
      return { words, problem: operatorAt(letter, at) };
    } else {
      const { word, problem } = readWord(line, at);
      words.push(word);
      if (problem) return { words, problem };
      at = word.to;
    }
  }
  return { words };
}

function readWord(line: string, from: number): { word: ShellWord; problem?: ShellSplit['problem'] } {
  let text = '';
  let at = from;
  const open = (message: string, hint: string, where: number) => ({
    word: { text, from, to: line.length },
    problem: { message, hint, at: where },
  });
  while (at < line.length) {
    const letter = line[at] as string;
    if (BLANK.test(letter) || OPERATOR.test(letter)) break;
    if (letter === "'") {
      const end = line.indexOf("'", at + 1);
      text += line.slice(at + 1, end === -1 ? line.length : end);
      if (end === -1) return open("a ' is not closed", "write another ' where the quoted text ends", at);
      at = end + 1;
    } else if (letter === '"') {
      const start = at++;
      while (at < line.length && line[at] !== '"') {
        const quoted = line[at] === '\\' && ESCAPABLE_IN_DOUBLE_QUOTES.test(line[at + 1] ?? '');
        if (quoted) at++;
        if (!(quoted && line[at] === '\n')) text += line[at];
        at++;
      }
      if (at >= line.length)
        return open('a " is not closed', 'write another " where the quoted text ends', start);
      at++;
    } else if (letter === '\\') {
      if (at + 1 >= line.length)
        return open('the line ends with a lone \\', 'write \\\\ for the letter itself, or leave it out', at);
      if (line[at + 1] !== '\n') text += line[at + 1];
      at += 2;
    } else {
      text += letter;
      at++;
    }
  }
  return { word: { text, from, to: at } };
}

function operatorAt(letter: string, at: number): NonNullable<ShellSplit['problem']> {
  return {
    message: `"${letter}" is for a shell, and no shell reads this line`,
    hint: `write '${letter}' to mean the letter, or run a shell: sh -c '…'`,
    at,
  };
}

/** Letters that no shell gives a meaning, anywhere in a word; `~` and `#` have one at its start, `=` in zsh. */
const PLAIN = /^[A-Za-z0-9_/.,:@%+-][A-Za-z0-9_/.,:@%+=-]*$/;

/** A word as a POSIX shell (bash and zsh too) reads it back: bare where that is safe, else in single quotes. */
export function quoteShellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export function joinShellWords(words: readonly string[]): string {
  return words.map(quoteShellWord).join(' ');
}
