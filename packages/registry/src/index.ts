export type { RegistryCredential } from './credentials/index.ts';
