/**
 * A command line as a POSIX shell splits it into words: quotes and backslashes, no expansion of any kind.
 * @throws Error when a quote is not closed
 */
export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (quote) {
      if (letter === quote) quote = null;
      else if (letter === '\\' && quote === '"' && '"\\$`'.includes(text[at + 1] ?? ' '))
        word += text[++at] ?? '';
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (letter === '\\' && at + 1 < text.length) {
      word = (word ?? '') + text[++at];
    } else if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (quote) throw new Error(`the command has an unclosed ${quote}`);
  if (word !== null) words.push(word);
  return words;
}
