import pino, { type Logger } from 'pino';
import type { LogLevel } from './configuration.ts';

/** JSON lines on stderr, so that a journal has them; words and colours when a person looks. Written at once: a crash loses no line. */
export async function createLogger(level: LogLevel): Promise<Logger> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Tickets, tokens and cookies are credentials: never in a log, whatever object they come with.
    redact: {
      paths: [
        'token',
        'ticket',
        'secret',
        'cookie',
        '*.token',
        '*.ticket',
        '*.secret',
        '*.cookie',
        '*.authorization',
      ],
      remove: true,
    },
  };
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: 2, sync: true }));
  const { prettyLines } = await import('./pretty-lines.ts');
  return pino(options, prettyLines(process.stderr));
}
