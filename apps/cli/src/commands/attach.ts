import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { Foreground } from '../session/foreground.ts';
import { outcome } from '../session/outcome.ts';
import { findTarget } from '../session/target.ts';
import { defineVerb } from '../verb.ts';

/** Started with stdin from /dev/null (cron, a service): there is nothing to forward, and its end must not close the stdin of the box. */
function isNullDevice(): boolean {
  return fstatSync(0).isCharacterDevice() && !isatty(0);
}

interface AttachOptions {
  stdin: boolean;
  sigProxy: boolean;
  detachKeys?: string;
}

export default defineVerb<AttachOptions>({
  examples: ['attach web', 'attach web-1', 'attach --no-stdin --sig-proxy=false web'],
  define: (command) =>
    command
      .argument('<name>', 'name, id or unique prefix of an id, of a box or else of a session')
      .option('--no-stdin', 'do not connect stdin')
      .option('--sig-proxy', 'forward signals', true)
      .option('--no-sig-proxy', 'do not forward signals')
      .option('--detach-keys <keys>', 'keys that detach (ctrl-p,ctrl-q)'),
  async run({ args: [reference = ''], options, agent }) {
    const frames = agent.frames();
    const { name, container, session, tty, openStdin, pid } = await findTarget(agent, reference);
    const stdin = openStdin && options.stdin && !isNullDevice();
    const client = await frames;
    const foreground = new Foreground(client, {
      name,
      open: {
        container,
        ...(session ? { session } : {}),
        offset: tty ? 'screen' : 'live',
        input: stdin,
      },
      tty,
      stdin,
      sigProxy: options.sigProxy,
      detachKeys: options.detachKeys,
      initPid: () => pid,
    });
    foreground.readInput();
    const ended = await foreground.ended;
    client.close();
    return outcome(ended, name);
  },
});
