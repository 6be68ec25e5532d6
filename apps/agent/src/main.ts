import { BoxError } from '@boxyard/spec';
import type { Logger } from 'pino';
import { type Configuration, obstacles, readConfiguration } from './configuration.ts';
import { findInstallation, VERSION } from './installation.ts';

const USAGE = `boxd ${VERSION}: the Boxyard agent, in the foreground

usage: boxd [--rebuild | --version | --help]

  --rebuild  makes a new database from the containers' and volumes' own records, after the old one was damaged
  --version  prints the version

environment:
  BOXYARD_ROOT         data (/var/lib/boxyard)
  BOXYARD_RUN          sockets and run state (/run/boxyard)
  BOXYARD_SOCKET       the command line's socket (BOXYARD_RUN/boxd.sock)
  BOXYARD_LISTEN       the dashboard's address (127.0.0.1:7420), or off; beyond this host only with a password
  BOXYARD_HOSTS        further names of the dashboard: host, host:port or https://host of a proxy, with commas between
  BOXYARD_LOG_LEVEL    debug, info, warn or error (info)
  BOXYARD_CGROUP_ROOT  where cgroups are made (boxyard below the cgroup2 mount)
  BOXYARD_WEB          directory of the dashboard's files
`;

/** Boxyard's own errors, 125 as Docker has it. */
const EXIT_OWN_ERROR = 125;

async function main(argv: string[]): Promise<void> {
  const [option, ...rest] = argv;
  if (option === '--version') {
    console.log(VERSION);
  } else if (option === '--help' || option === '-h') {
    process.stdout.write(USAGE);
  } else if (rest.length > 0 || (option !== undefined && option !== '--rebuild')) {
    throw new BoxError('INVALID_ARGUMENT', `boxd does not know "${argv.join(' ')}"`, {
      hint: 'see boxd --help',
    });
  } else {
    const found = obstacles(process.platform, process.getuid?.());
    if (found.length > 0) throw new BoxError('UNSUPPORTED', `boxd needs\n  - ${found.join('\n  - ')}`);
    const configuration = readConfiguration(process.env);
    if (option === '--rebuild') await rebuild(configuration);
    else await serve(configuration);
  }
}

async function serve(configuration: Configuration): Promise<void> {
  const { createLogger } = await import('./log.ts');
  const logger = await createLogger(configuration.logLevel);
  const { helper, web, build } = findInstallation();
  const [{ openEngine }, { startAgent }, { startFigures }] = await Promise.all([
    import('@boxyard/engine'),
    import('./agent.ts'),
    import('./figures.ts'),
  ]);
  const engine = await openEngine({
    root: configuration.root,
    run: configuration.run,
    cgroupRoot: configuration.cgroupRoot,
    helperPath: helper,
    version: VERSION,
    build,
    logger,
    agentFigures: startFigures(),
  });
  try {
    const agent = await startAgent(engine, { configuration, web: configuration.web ?? web, build, logger });
    const startedIn = Math.round(performance.now());
    logger.info(
      { version: VERSION, build, socket: configuration.socket, dashboard: agent.address, startedIn },
      'the agent is ready',
    );
    const signal = await stopSignal(logger);
    logger.info({ signal }, 'the agent stops; boxes go on');
    await agent.close();
  } finally {
    await engine.close();
  }
}

/** Resolves at the first signal to stop; a second one ends the process at once. */
function stopSignal(logger: Logger): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(EXIT_OWN_ERROR);
        asked = true;
        resolve(signal);
      });
    }
    process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
      // Whoever read our messages is gone; the boxes' keeper is not.
      if (error.code === 'EPIPE' && error.syscall === 'write') return;
      logger.fatal({ err: error }, 'the agent failed; boxes go on, start it again');
      process.exit(EXIT_OWN_ERROR);
    });
  });
}

async function rebuild({ root, run }: Configuration): Promise<void> {
  const { rebuild: rebuildDatabase } = await import('@boxyard/engine');
  const { restored, volumes, skipped, kept } = await rebuildDatabase({ root, run });
  for (const { id, name } of restored) console.log(`restored ${name} (${id.slice(0, 12)})`);
  for (const name of volumes) console.log(`restored volume ${name}`);
  for (const { id, why } of skipped) console.error(`skipped ${id}: ${why}`);
  console.log(`${restored.length} containers restored${kept ? `; the old database is ${kept}` : ''}`);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (cause: unknown) => {
    const error = BoxError.from(cause);
    const hint = error.hint ? `: ${error.hint}` : '';
    process.stderr.write(`boxd: ${error.message}${hint}\n`);
    if (error.code === 'INTERNAL' && cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
    process.exit(EXIT_OWN_ERROR);
  },
);
