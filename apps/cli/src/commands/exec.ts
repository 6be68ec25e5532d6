import { randomBytes } from 'node:crypto';
import { BoxError } from '@boxyard/spec';
import { environment } from '../options/create-request.ts';
import { sessionMode } from '../options/session-options.ts';
import { print } from '../output/print.ts';
import { Foreground } from '../session/foreground.ts';
import { outcome } from '../session/outcome.ts';
import { collect, defineVerb } from '../verb.ts';

interface ExecOptions {
  interactive?: boolean;
  tty?: boolean;
  detach?: boolean;
  name?: string;
  env?: string[];
  envFile?: string[];
  user?: string;
  workdir?: string;
  privileged?: boolean;
  sigProxy: boolean;
  detachKeys?: string;
}

export default defineVerb<ExecOptions>({
  examples: [
    'exec -it web sh',
    'exec -u 1000 -w /srv web -- ls -l',
    'exec -it --name deploy web bash',
    'exec -i db sh -c "cat > /tmp/dump" < dump.sql',
  ],
  define: (command) =>
    command
      .argument('<name>', 'name, id or unique prefix of an id')
      .argument('[command...]', 'what to run')
      .passThroughOptions()
      .option('-i, --interactive', 'keep stdin open')
      .option('-t, --tty', 'give it a terminal')
      .option('--no-tty', 'no terminal, also when run from one (-t=false)')
      .option('-d, --detach', 'leave it running and print its id')
      .option('--name <name>', 'what to call the terminal, to come back by "box attach"')
      .option('-e, --env <key=value>', "environment variable; KEY alone takes the caller's value", collect)
      .option('--env-file <file>', 'file of environment variables', collect)
      .option('-u, --user <user>', 'user[:group], by name or number')
      .option('-w, --workdir <directory>', 'working directory')
      .option('--privileged', 'with all capabilities')
      .option('--sig-proxy', 'forward signals', true)
      .option('--no-sig-proxy', 'do not forward signals')
      .option('--detach-keys <keys>', 'keys that detach (ctrl-p,ctrl-q)'),
  async run({ args, options, agent }) {
    const [container = '', ...rest] = args;
    const command = rest[0] === '--' ? rest.slice(1) : rest;
    if (command.length === 0) {
      throw new BoxError('INVALID_ARGUMENT', 'exec: no command given', {
        hint: `for example: box exec -it ${container} sh`,
      });
    }
    const mode = sessionMode(options);
    const id = randomBytes(32).toString('hex');
    const { stdout } = process;
    const request = {
      container,
      id,
      command,
      ...mode,
      ...(options.name === undefined ? {} : { name: options.name }),
      env: environment(options),
      ...(options.user === undefined ? {} : { user: options.user }),
      ...(options.workdir === undefined ? {} : { workdir: options.workdir }),
      detach: options.detach === true,
      privileged: options.privileged === true,
      ...(mode.tty && stdout.isTTY && stdout.rows > 0 && stdout.columns > 0
        ? { rows: stdout.rows, columns: stdout.columns }
        : {}),
    };
    const frames = agent.frames();
    const exec = await agent.persistently(() => agent.mutate('containers.exec', request));
    if (options.detach) {
      print(exec.id);
      return 0;
    }
    const client = await frames;
    const name = exec.name ?? container;
    const foreground = new Foreground(client, {
      name,
      open: {
        container: exec.container,
        session: id,
        offset: 'start',
        input: mode.openStdin,
        lossless: true,
      },
      tty: mode.tty,
      stdin: mode.openStdin,
      sigProxy: options.sigProxy,
      detachKeys: options.detachKeys,
    });
    foreground.readInput();
    const ended = await foreground.ended;
    client.close();
    return outcome(ended, name);
  },
});
