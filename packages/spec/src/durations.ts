import { BoxError } from './errors.ts';

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A duration in milliseconds from `30s`, `1m30s`, `500ms`, `1.5h`, `2d`; a bare number is seconds.
 * @throws BoxError INVALID_ARGUMENT; `what` names the flag it came from.
 */
export function parseDuration(text: string, what = 'duration'): number {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 1000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(trimmed)) {
    throw new BoxError('INVALID_ARGUMENT', `${what}: "${text}" is no duration`, {
      hint: 'write seconds or numbers with units, like 30s, 1m30s or 500ms',
    });
  }
  let total = 0;
  for (const [, value, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(value) * (MILLISECONDS[unit ?? ''] ?? 0);
  }
  return Math.round(total);
}
