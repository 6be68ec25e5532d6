import { BoxError } from './errors.ts';

/** Powers of 1024 by unit letter, as Docker's go-units RAMInBytes reads them: `m`, `mb` and `MiB` all mean 1024². */
const UNITS = ['b', 'k', 'm', 'g', 't', 'p'];

/**
 * A size in bytes from `512000`, `256m`, `1g`, `1.5GiB`, `64KB`. Units are powers of 1024 in any case.
 * @throws BoxError INVALID_ARGUMENT; `what` names the flag it came from.
 */
export function parseSize(text: string, what = 'size'): number {
  const match = /^(\d+(?:\.\d+)?) ?(?:([bkmgtp])(?:i?b)?)?$/i.exec(text.trim());
  const bytes = match
    ? Math.floor(Number(match[1]) * 1024 ** UNITS.indexOf((match[2] ?? 'b').toLowerCase()))
    : Number.NaN;
  if (!Number.isSafeInteger(bytes)) {
    throw new BoxError('INVALID_ARGUMENT', `${what}: "${text}" is no size`, {
      hint: 'write bytes or a number with a unit, like 512000, 256m, 1g or 256MiB',
    });
  }
  return bytes;
}

/** Bytes in binary units with at most three digits and no space, so that it stays one column: `4.2MiB`, `812B`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return `${value}B`;
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${Number(value.toFixed(digits))}${(UNITS[unit] ?? '').toUpperCase()}iB`;
}
