import type { Level } from './line';

/** A level stands at the beginning of a line or nowhere. */
const LOOK_AT = 240;

const WORDS: Record<string, Level> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  severe: 'error',
  crit: 'error',
  critical: 'error',
  alert: 'error',
  emerg: 'error',
  fatal: 'error',
  panic: 'error',
};
const NAMES = Object.keys(WORDS).join('|');

/** JSON and logfmt: `"level":"warn"`, `"severity": "ERROR"`, `level=info`; pino and bunyan write numbers. */
const FIELD = new RegExp(
  `(?:^|[\\s{,])"?(?:level|lvl|severity|log\\.level|levelname)"?\\s*[:=]\\s*"?(?:(${NAMES})\\b|(\\d{2})\\b)`,
  'i',
);
/** `[error]`, `<warn>`, `error:`. */
const MARKED = new RegExp(`[[<(](${NAMES})[\\])>]|(?:^|\\s)(${NAMES}):(?=\\s|$)`, 'i');
/** A word in capitals, alone. In small letters it is prose: "no error was found". */
const CAPITALS = new RegExp(`(?:^|[\\s|:])(${NAMES.toUpperCase()})(?=$|[\\s|:,])`);
/** klog: `E1122 05:53:27.123456`. */
const KLOG = /^([IWEF])\d{4} \d\d:\d\d/;
const KLOG_LEVELS: Record<string, Level> = { I: 'info', W: 'warn', E: 'error', F: 'error' };

/** The level that a line of plain text says it has, in the ways that loggers write it. */
export function guessLevel(text: string): Level | undefined {
  const head = text.length > LOOK_AT ? text.slice(0, LOOK_AT) : text;
  const field = FIELD.exec(head);
  if (field) return field[1] ? WORDS[field[1].toLowerCase()] : numbered(Number(field[2]));
  const [, marked, named] = MARKED.exec(head) ?? [];
  const word = marked ?? named ?? CAPITALS.exec(head)?.[1];
  if (word) return WORDS[word.toLowerCase()];
  const [, letter = ''] = KLOG.exec(head) ?? [];
  return KLOG_LEVELS[letter];
}

/** pino: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
function numbered(level: number): Level {
  if (level < 30) return 'debug';
  if (level < 40) return 'info';
  return level < 50 ? 'warn' : 'error';
}
