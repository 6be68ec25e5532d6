import { join } from 'node:path';

/** The agent's socket: BOXYARD_SOCKET, else boxd.sock in BOXYARD_RUN, else where an agent of this user keeps it. */
export function socketPath(env: NodeJS.ProcessEnv = process.env, uid = process.getuid?.() ?? 0): string {
  if (env.BOXYARD_SOCKET) return env.BOXYARD_SOCKET;
  const rootless = uid !== 0 && env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'boxyard') : undefined;
  return join(env.BOXYARD_RUN || rootless || '/run/boxyard', 'boxd.sock');
}
