import type { RegistryService, RegistryView } from '@boxyard/api';
import { RegistrySettings } from '@boxyard/registry';
import { hostOf, type StoredCredential } from '@boxyard/registry/credentials';
import { BoxError } from '@boxyard/spec';
import { assertOpen, type EngineContext } from '../context.ts';

export function registryService(engine: EngineContext): RegistryService {
  const { credentials, registry, paths } = engine;
  const settings = () => RegistrySettings.load(paths.registrySettings);
  return {
    async list() {
      const [known, stored] = await Promise.all([settings(), credentials.list()]);
      const byHost = new Map(stored.map((entry) => [entry.host, entry]));
      const hosts = new Set([...known.hosts, ...byHost.keys()]);
      return [...hosts].sort().map((host) => view(host, known, byHost.get(host)));
    },
    async login({ registry: host, username, password, store }) {
      assertOpen(engine);
      const name = hostOf(host);
      const known = await settings();
      const credential = { username, password };
      await registry.check(name, credential);
      if (store) return view(name, known, await credentials.store(name, credential));
      return { ...view(name, known), username };
    },
    async logout(host) {
      const name = hostOf(host);
      if (await credentials.erase(name)) return;
      throw new BoxError('NOT_FOUND', `the agent has no password for ${name}`);
    },
  };
}

function view(host: string, settings: RegistrySettings, stored?: StoredCredential): RegistryView {
  const { insecure, mirrors } = settings.of(host);
  const { username = null, keptBy = null, helper = null } = stored ?? {};
  return { host, username, keptBy, helper, insecure, mirrors: [...mirrors] };
}
