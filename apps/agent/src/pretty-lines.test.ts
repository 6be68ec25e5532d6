import { Writable } from 'node:stream';
import pino from 'pino';
import { expect, it, vi } from 'vitest';
import { prettyLines } from './pretty-lines.ts';

it('a person reads time, level, message and fields; a failure with its stack', () => {
  vi.stubEnv('NO_COLOR', '1');
  let text = '';
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, prettyLines(out));
  logger.info({ socket: '/run/boxyard/boxd.sock', dashboard: null }, 'the agent is ready');
  logger.error({ err: new Error('it broke') }, 'a procedure failed');
  vi.unstubAllEnvs();
  const [first, second, third] = text.split('\n');
  expect(first).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} info {2}the agent is ready socket=\/run\/boxyard\/boxd\.sock dashboard=null$/,
  );
  expect(second).toMatch(/error a procedure failed$/);
  expect(third).toBe('Error: it broke');
});
