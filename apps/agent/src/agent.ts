import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineFace } from '@boxyard/engine';
import { BoxError } from '@boxyard/spec';
import type { Logger } from 'pino';
import { type Configuration, isLoopback } from './configuration.ts';
import { FrontServer, type House } from './http/server.ts';
import { SessionRoutes } from './http/session-routes.ts';
import { StaticFiles } from './http/static-files.ts';
import { Transfers } from './http/transfers.ts';
import { listenOnTcp } from './listen/tcp.ts';
import { listenOnSocket } from './listen/unix-socket.ts';
import type { AccessParts } from './security/access.ts';
import { FrontDoor } from './security/front-door.ts';
import { Password } from './security/password.ts';
import { PasswordGuard } from './security/password-guard.ts';
import { Sessions } from './security/sessions.ts';
import { Screens } from './terminals/screens.ts';

/** Requests that run when the agent is told to stop have this long; boxes and streams go on with the next agent. */
const CLOSE_GRACE_MS = 1_000;

export interface Agent {
  /** Where the dashboard is, null when it is not served. */
  address: string | null;
  close(): Promise<void>;
}

/**
 * Opens both doors to an engine and remembers its terminals' screens. When one step fails, what was opened is closed again.
 * @throws BoxError IN_USE: socket or port taken
 */
export async function startAgent(
  engine: EngineFace,
  {
    configuration,
    web,
    build,
    logger,
  }: { configuration: Configuration; web: string; build: string; logger: Logger },
): Promise<Agent> {
  const { listen } = configuration;
  const sessions = new Sessions(join(configuration.root, 'sessions.json'));
  const password = new Password(join(configuration.root, 'password.json'), (error) =>
    logger.error({ err: error }, 'no password counts until a new one is set'),
  );
  if (listen) checkReach(listen, password);
  const door = listen && new FrontDoor(listen.host, configuration.hosts);
  const guard = new PasswordGuard(password);
  const access: AccessParts = { sessions, password, guard, listening: () => door?.listening ?? null };
  const screens = new Screens(engine, logger);
  const house: House = {
    engine,
    screens,
    access,
    routes: new SessionRoutes({ sessions, password, guard, door, audit: engine.services.audit }),
    transfers: new Transfers(),
    files: new StaticFiles(web),
    logger,
    build,
    address: null,
  };
  const pidFile = join(configuration.run, 'boxd.pid');
  const servers: FrontServer[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close(CLOSE_GRACE_MS)));
    await screens.close();
    sessions[Symbol.dispose]();
    rmSync(pidFile, { force: true });
  };
  try {
    screens.watch();
    if (listen && door) servers.push(await openTcp(house, { listen, door }));
    const local = new FrontServer(house);
    await listenOnSocket(local.http, configuration.socket);
    servers.push(local);
    writeFileSync(`${pidFile}.new`, `${process.pid}\n`);
    renameSync(`${pidFile}.new`, pidFile);
  } catch (error) {
    await close();
    throw error;
  }
  return { address: house.address, close };
}

/** Beyond loopback anybody may knock, and links from `box ui` alone would make people send them around. */
function checkReach(listen: { host: string; port: number }, password: Password): void {
  if (isLoopback(listen.host) || password.isSet) return;
  throw new BoxError(
    'UNSUPPORTED',
    `BOXYARD_LISTEN=${listen.host}:${listen.port} lets other machines reach the dashboard, and no password is set`,
    { hint: 'start the agent with BOXYARD_LISTEN=127.0.0.1:7420, run "box user passwd", then listen there' },
  );
}

async function openTcp(
  house: House,
  { listen, door }: { listen: { host: string; port: number }; door: FrontDoor },
): Promise<FrontServer> {
  const server = new FrontServer(house, door);
  door.port = await listenOnTcp(server.http, listen);
  house.address = door.address;
  if (!isLoopback(listen.host) && !door.address.startsWith('https:')) {
    house.logger.warn(
      'passwords and sessions cross the network in the clear: put a proxy with TLS before the agent',
    );
  }
  return server;
}
