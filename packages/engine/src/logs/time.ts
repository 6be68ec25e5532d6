import { BoxError } from '@boxyard/spec';

/**
 * `--since` and `--until` as log records write time (UTC, nine digits), so that text comparison is time comparison. Takes RFC 3339 with up
 * to nine digits, or Unix seconds with a fraction. Throws INVALID_ARGUMENT.
 */
export function logTime(text: string): string {
  if (/^\d+(\.\d{1,9})?$/.test(text)) {
    const [seconds = '0', fraction = ''] = text.split('.');
    return withNanoseconds(Number(seconds) * 1000, fraction, text);
  }
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/i.exec(text);
  if (!match) throw invalid(text);
  const [, moment, fraction = '', zone] = match;
  return withNanoseconds(Date.parse(`${moment}${zone}`), fraction, text);
}

function withNanoseconds(milliseconds: number, fraction: string, text: string): string {
  if (!(Math.abs(milliseconds) <= 8.64e15)) throw invalid(text);
  return `${new Date(milliseconds).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
}

function invalid(text: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', `"${text}" is no moment`, {
    hint: 'write 2026-11-22T05:53:27Z, or Unix seconds',
  });
}
