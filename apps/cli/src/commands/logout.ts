import { CredentialFile, hostOf, userCredentialPath } from '@boxyard/registry/credentials';
import { DEFAULT_REGISTRY } from '@boxyard/spec';
import { print } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<object>({
  examples: ['logout', 'logout ghcr.io'],
  define: (command) => command.argument('[registry]', `host[:port]; ${DEFAULT_REGISTRY} when left out`),
  async run({ args: [registry = DEFAULT_REGISTRY] }) {
    const host = hostOf(registry);
    const erased = await new CredentialFile(userCredentialPath(process.env)).erase(host);
    print(erased ? `signed out of ${host}` : `not signed in to ${host}`);
    return 0;
  },
});
