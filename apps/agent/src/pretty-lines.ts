import type { Writable } from 'node:stream';

const LEVELS: Record<number, string> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const COLOURS: Record<string, string> = { debug: '90', info: '32', warn: '33', error: '31', fatal: '31;1' };

/** A pino destination that prints `time level message key=value …`, coloured unless NO_COLOR is set. */
export function prettyLines(out: Writable): { write(line: string): void } {
  const paint = (code: string, text: string) => (process.env.NO_COLOR ? text : `\x1b[${code}m${text}\x1b[0m`);
  return {
    write(line) {
      const { level, time, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
      const name = LEVELS[Number(level)] ?? 'info';
      const fields = Object.entries(rest).map(
        ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
      const clock = String(time).slice(11, 23);
      const head = `${paint('90', clock)} ${paint(COLOURS[name] ?? '0', name.padEnd(5))} ${msg ?? ''}`;
      const stack = err && typeof err === 'object' && 'stack' in err ? `\n${String(err.stack)}` : '';
      out.write(`${head}${fields.length ? ` ${paint('90', fields.join(' '))}` : ''}${stack}\n`);
    },
  };
}
