/** Clients for tests, whose patience is short. */
import { RegistryClient, type RegistryClientOptions, RegistrySettings } from '@boxyard/registry';
import { type ImageReference, parseImageReference } from '@boxyard/spec';

export const QUICK = { attempts: 4, firstPause: 2 };

/** `settings` is the text of a registries.toml. */
export function clientOf(settings: string, options: Partial<RegistryClientOptions> = {}): RegistryClient {
  return new RegistryClient({
    settings: RegistrySettings.parse(settings, 'registries.toml'),
    userAgent: 'test',
    environment: {},
    retry: QUICK,
    ...options,
  });
}

/** One that speaks plain HTTP with these. */
export function plainClient(...registries: readonly { host: string }[]): RegistryClient {
  return clientOf(registries.map(({ host }) => table(host, 'insecure = true')).join(''));
}

/** A table of registries.toml. */
export function table(host: string, ...lines: readonly string[]): string {
  return `[registry."${host}"]\n${lines.join('\n')}\n`;
}

export function reference(name: string): ImageReference {
  const parsed = parseImageReference(name);
  if (!parsed) throw new Error(`${name} is no reference`);
  return parsed;
}
