import { fstatSync } from 'node:fs';
import { BoxError, CriTextSplitter, parseDuration } from '@boxyard/spec';
import { EXIT_OWN_ERROR, reportError } from '../output/errors.ts';
import { writeTo } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

interface LogsOptions {
  follow?: boolean;
  tail?: string;
  since?: string;
  until?: string;
  timestamps?: boolean;
}

/** A time as the agent takes it (RFC 3339 or unix seconds), from those or from an age: `10m` is ten minutes ago. */
export function parseMoment(text: string, flag: string, now: number): string {
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    // A date alone, or a time without zone, is local time, as in Docker.
    const local = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text;
    const moment = Date.parse(local);
    if (Number.isNaN(moment)) throw noMoment(text, flag);
    return /Z$|[+-]\d{2}:?\d{2}$/.test(local) ? local : new Date(moment).toISOString();
  }
  if (/^\d{9,}(\.\d+)?$/.test(text)) return text;
  try {
    return new Date(now - parseDuration(text, flag)).toISOString();
  } catch {
    throw noMoment(text, flag);
  }
}

function noMoment(text: string, flag: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', `${flag}: "${text}" is no time`, {
    hint: 'write an age like 10m, a time like 2026-01-31T12:00:00Z or unix seconds',
  });
}

function parseTail(text: string | undefined): { tail?: number } {
  if (text === undefined || text === 'all' || text === '-1') return {};
  if (/^\d+$/.test(text)) return { tail: Number(text) };
  throw new BoxError('INVALID_ARGUMENT', `--tail: "${text}" is no number of lines`, {
    hint: 'write a number or all',
  });
}

/** stdout and stderr lead to one place (a terminal, `2>&1`): then lines of both keep their order. */
function sameDestination(): boolean {
  const [out, err] = [fstatSync(1), fstatSync(2)];
  return out.dev === err.dev && out.ino === err.ino && out.rdev === err.rdev;
}

export default defineVerb<LogsOptions>({
  examples: ['logs web', 'logs -f -n 20 web', 'logs --since 10m -t web', 'logs job 2>errors.txt'],
  define: (command) =>
    command
      .argument('<name>', 'name, id or unique prefix of an id')
      .option('-f, --follow', 'go on as long as it runs')
      .option('-n, --tail <lines>', 'the last lines only, or all')
      .option('--since <time>', 'from then on: an age like 10m, RFC 3339 or unix seconds')
      .option('--until <time>', 'only before then')
      .option('-t, --timestamps', 'each line with its time'),
  async run({ args: [container = ''], options, agent }) {
    const now = Date.now();
    const request = {
      container,
      follow: options.follow === true,
      ...parseTail(options.tail),
      ...(options.since === undefined ? {} : { since: parseMoment(options.since, '--since', now) }),
      ...(options.until === undefined ? {} : { until: parseMoment(options.until, '--until', now) }),
    };
    const client = await agent.frames();
    const splitter = new CriTextSplitter(writeTo, {
      timestamps: options.timestamps === true,
      ordered: sameDestination(),
    });
    return new Promise<number>((resolve) => {
      const fail = (error: BoxError) => {
        splitter.end();
        reportError(error);
        resolve(EXIT_OWN_ERROR);
      };
      client.logs(request, {
        data(records) {
          splitter.push(records);
          // Whoever follows wants each line when it comes; whoever reads all of it wants big writes.
          if (request.follow) splitter.end();
          return undefined;
        },
        skipped(from, to) {
          reportError(
            new BoxError('UNAVAILABLE', `${to - from} bytes were rotated away before they could be read`),
          );
        },
        end() {
          splitter.end();
          client.close();
          resolve(0);
        },
        error: fail,
      });
    });
  },
});
