import { BoxError } from '@boxyard/spec';

export const DEFAULT_DETACH_KEYS = 'ctrl-p,ctrl-q';

/**
 * The bytes of `--detach-keys`, comma-separated: a character, or ctrl- and one of a to z @ [ \ ] ^ _. Empty: nothing detaches.
 * @throws BoxError INVALID_ARGUMENT
 */
export function parseDetachKeys(text: string): number[] {
  if (text === '') return [];
  return text.split(',').map((key) => {
    const [, control] = /^ctrl-([a-z@[\\\]^_])$/i.exec(key) ?? [];
    if (control) return control.toUpperCase().charCodeAt(0) - 0x40;
    if (/^[\x20-\x7e]$/.test(key)) return key.charCodeAt(0);
    throw new BoxError('INVALID_ARGUMENT', `--detach-keys: "${key}" is no key`, {
      hint: 'write a character or ctrl- and a letter, separated by commas, like ctrl-p,ctrl-q',
    });
  });
}

/** Takes the detach keys out of what is typed. The beginning of a sequence is held back until it is clear that it is none. */
export class DetachFilter {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** What goes to the box, and whether the sequence was completed (then nothing after it counts). */
  push(bytes: Uint8Array): { bytes: Uint8Array; detached: boolean } {
    if (this.#keys.length === 0) return { bytes, detached: false };
    if (this.#matched === 0 && !bytes.includes(this.#keys[0] ?? -1)) return { bytes, detached: false };
    const passed: number[] = [];
    for (const byte of bytes) {
      if (byte !== this.#keys[this.#matched]) {
        passed.push(...this.#keys.slice(0, this.#matched));
        this.#matched = 0;
      }
      if (byte === this.#keys[this.#matched]) this.#matched++;
      else passed.push(byte);
      if (this.#matched === this.#keys.length) return { bytes: Uint8Array.from(passed), detached: true };
    }
    return { bytes: Uint8Array.from(passed), detached: false };
  }
}
