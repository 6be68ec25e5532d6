const NEWLINE = 10;
const SPACE = 32;
const F = 70;
const G = 71;
const decoder = new TextDecoder();

/**
 * The content offset after whole CRI records (`<time> <stream> <tag> <text>\n`): `F` records hold their text and a newline, `P` their
 * text, `G` stand for as many lost bytes as their text says (docs/protocol.md, Log).
 * @param offset content offset of the first record
 */
export function contentEnd(offset: number, records: Uint8Array): number {
  let end = offset;
  for (let at = 0; at < records.length; ) {
    const newline = records.indexOf(NEWLINE, at);
    if (newline < 0) break;
    // "2026-11-22T05:53:27.123456789Z stdout F text": the tag stands after the second space.
    const tag = records.indexOf(SPACE, records.indexOf(SPACE, at) + 1) + 1;
    const text = tag + 2;
    if (records[tag] === G) end += Number(decoder.decode(records.subarray(text, newline)));
    else end += newline - text + (records[tag] === F ? 1 : 0);
    at = newline + 1;
  }
  return end;
}
