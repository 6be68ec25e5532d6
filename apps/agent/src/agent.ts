import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineFace } from '@boxyard/engine';
import type { Logger } from 'pino';
import type { Configuration } from './configuration.ts';
import { FrontServer, type House } from './http/server.ts';
import { SessionRoutes } from './http/session-routes.ts';
import { StaticFiles } from './http/static-files.ts';
import { Transfers } from './http/transfers.ts';
import { listenOnTcp } from './listen/tcp.ts';
import { listenOnSocket } from './listen/unix-socket.ts';
import { FrontDoor } from './security/front-door.ts';
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
  const sessions = new Sessions(join(configuration.root, 'sessions.json'));
  const screens = new Screens(engine, logger);
  const house: House = {
    engine,
    screens,
    sessions,
    routes: new SessionRoutes(sessions),
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
    rmSync(pidFile, { force: true });
  };
  try {
    screens.watch();
    if (configuration.listen) servers.push(await openTcp(house, configuration.listen));
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

async function openTcp(house: House, listen: { host: string; port: number }): Promise<FrontServer> {
  const door = new FrontDoor(listen.host);
  const server = new FrontServer(house, door);
  const port = await listenOnTcp(server.http, listen);
  door.port = port;
  house.routes.usePort(port);
  house.address = door.address;
  return server;
}
