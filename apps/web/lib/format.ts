/** Figures as the dashboard writes them: narrow, with a unit, `–` where nothing was measured. */
import { formatSize } from '@boxyard/spec';

const NONE = '–';
/** Keeps a figure and its unit on one line. */
const NBSP = '\u00a0';
type Figure = number | null | undefined;

/** `4.2 MiB`, at most three digits. */
export function bytes(count: Figure): string {
  if (count === null || count === undefined) return NONE;
  return formatSize(Math.round(count)).replace(/([KMGTP]i)?B$/, `${NBSP}$&`);
}

/** Bytes per second: `4.2 MiB/s`. */
export function rate(bytesPerSecond: Figure): string {
  return bytesPerSecond === null || bytesPerSecond === undefined ? NONE : `${bytes(bytesPerSecond)}/s`;
}

/** A share from 0 to 1 as `42%`; tenths below ten. */
export function percent(share: Figure): string {
  if (share === null || share === undefined) return NONE;
  const value = share * 100;
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)}%`;
}

/** Busy CPUs as top and `docker stats` write them: `100%` is one whole CPU. */
export function cpus(busy: Figure): string {
  return percent(busy);
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A span in its largest unit: `12 s`, `3 min`, `5 h`, `9 d`. */
export function duration(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span < SECOND_MS) return `${Math.round(span)}${NBSP}ms`;
  if (span < MINUTE_MS) return `${Math.floor(span / SECOND_MS)}${NBSP}s`;
  if (span < HOUR_MS) return `${Math.floor(span / MINUTE_MS)}${NBSP}min`;
  if (span < 2 * DAY_MS) return `${Math.floor(span / HOUR_MS)}${NBSP}h`;
  return `${Math.floor(span / DAY_MS)}${NBSP}d`;
}

/** How long ago an RFC 3339 time was, seconds at least: `3 min`. A time in the future (clocks differ) counts as now. */
export function age(time: string | null, now: number): string {
  if (!time) return NONE;
  const span = now - Date.parse(time);
  return span < SECOND_MS ? `0${NBSP}s` : duration(span);
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** The browser's time of day, `14:02:11`; another day than today is said: `3 Mar, 14:02:11`. */
export function clock(time: string, now = Date.now()): string {
  const at = new Date(time);
  const today = at.toDateString() === new Date(now).toDateString();
  return today ? TIME.format(at) : `${DATE.format(at)}, ${TIME.format(at)}`;
}
