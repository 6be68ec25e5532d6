import { z } from 'zod';

export const registryHost = z.string().regex(/^[a-zA-Z0-9.:[\]-]{1,255}$/, 'no host of a registry');
export const registryInput = z.strictObject({ registry: registryHost });
export const registryLoginInput = z.strictObject({
  registry: registryHost.default('docker.io'),
  username: z.string().min(1).max(512),
  password: z.string().min(1).max(65_536),
  /** Keep it among the agent's own (the dashboard); false: only find out whether the registry takes it (the command line keeps its own). */
  store: z.boolean().default(true),
});
export type RegistryLoginRequest = z.output<typeof registryLoginInput>;
