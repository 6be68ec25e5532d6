import { isAscii } from 'node:buffer';
import { CRI_TEXT_AT } from '@boxyard/spec';
import type { Matcher } from './search-matcher.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const TAG_AT = 38;
const STREAM_AT = 34;
const TAG_P = 0x50;
const TAG_G = 0x47;
const PART_OF_LINE = [Buffer.from(' stdout P '), Buffer.from(' stderr P ')];
/** A line in parts is looked at whenever this many characters came together, so that one without end takes no memory. */
const OPEN_CHARACTERS = 256 * 1024;
/** … and this much is looked at again with what follows, for a match that lies across. */
const OVERLAP_CHARACTERS = 1024;
/** Of a matching line this much is given out, from a little before the match. */
const TEXT_CHARACTERS = 1000;
const LEAD_CHARACTERS = 200;

/** A matching line: its (last) record begins at `at` of `bytes`. */
export interface BlockPlace {
  bytes: Buffer;
  at: number;
  /** What surrounds the match. */
  text: string;
}
/** Returns false when that is enough. */
type Found = (place: BlockPlace) => boolean;

interface OpenLine {
  text: string;
  /** Reported already: once a line. */
  matched: boolean;
}

/** Finds matching lines in blocks of whole records. Keeps lines that are written in parts together from block to block. */
export class BlockScanner {
  readonly #matcher: Matcher;
  /** By the letter that tells the streams apart. */
  readonly #open = new Map<number, OpenLine>();

  constructor(matcher: Matcher) {
    this.#matcher = matcher;
  }

  /** Looks at `bytes` up to `end`. False when `found` said that is enough. */
  scan(bytes: Buffer, end: number, found: Found): boolean {
    const block = bytes.subarray(0, end);
    const { needle } = this.#matcher;
    const inParts = this.#open.size > 0 || PART_OF_LINE.some((part) => block.includes(part));
    return needle && !inParts ? this.#scanFor(needle, block, found) : this.#scanLines(block, found);
  }

  /** Whole lines and a plain text: memmem looks at everything, we at the hits. */
  #scanFor(needle: Buffer, block: Buffer, found: Found): boolean {
    for (let from = 0; ; ) {
      const hit = block.indexOf(needle, from);
      if (hit === -1) return true;
      const at = block.lastIndexOf(NEWLINE, hit) + 1;
      const end = block.indexOf(NEWLINE, hit);
      if (hit < at + CRI_TEXT_AT) {
        from = Math.max(hit + 1, at + CRI_TEXT_AT);
        continue;
      }
      from = end + 1;
      if (!isText(block, at)) continue;
      const text = block.toString('utf8', at + CRI_TEXT_AT, end);
      if (!found({ bytes: block, at, text: around(text, this.#matcher.find(text)) })) return false;
    }
  }

  #scanLines(block: Buffer, found: Found): boolean {
    const ascii = isAscii(block);
    const all = ascii ? block.toString('latin1') : '';
    for (let at = 0; at < block.length; ) {
      const end = ascii ? all.indexOf('\n', at) : block.indexOf(NEWLINE, at);
      if (end - at >= CRI_TEXT_AT && isText(block, at)) {
        const from = at + CRI_TEXT_AT;
        const text = ascii ? all.slice(from, end) : block.toString('utf8', from, end);
        const index = this.#lookAt(block, at, text);
        if (index && !found({ bytes: block, at, text: around(index.text, index.at) })) return false;
      }
      at = end + 1;
    }
    return true;
  }

  /** The match in this record, or in the line that it ends or goes on with. */
  #lookAt(block: Buffer, at: number, text: string): { text: string; at: number } | undefined {
    const stream = block[at + STREAM_AT] as number;
    const part = block[at + TAG_AT] === TAG_P;
    const open = this.#open.get(stream);
    if (!open && !part) {
      const index = this.#matcher.find(text);
      return index === -1 ? undefined : { text, at: index };
    }
    const line = open ?? { text: '', matched: false };
    line.text += text;
    if (part) this.#open.set(stream, line);
    else this.#open.delete(stream);
    if (part && line.text.length < OPEN_CHARACTERS) return undefined;
    const index = line.matched ? -1 : this.#matcher.find(line.text);
    const whole = line.text;
    line.matched ||= index !== -1;
    line.text = whole.slice(-OVERLAP_CHARACTERS);
    return index === -1 ? undefined : { text: whole, at: index };
  }
}

/** A record of text, not of lost bytes and no damaged line. */
function isText(block: Buffer, at: number): boolean {
  return block[at + TAG_AT + 1] === SPACE && block[at + TAG_AT] !== TAG_G;
}

function around(text: string, index: number): string {
  if (text.length <= TEXT_CHARACTERS) return text;
  const from = Math.max(0, Math.min(index - LEAD_CHARACTERS, text.length - TEXT_CHARACTERS));
  return text.slice(from, from + TEXT_CHARACTERS);
}
