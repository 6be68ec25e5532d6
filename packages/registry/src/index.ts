export { type RegistryCall, RegistryClient, type RegistryClientOptions } from './client.ts';
export type { RegistryCredential } from './credentials/credential.ts';
export { type Descriptor, OCI_INDEX, OCI_MANIFEST } from './read/manifest.ts';
export type { RemoteImage } from './read/resolve.ts';
export { type HostSettings, RegistrySettings } from './settings/settings.ts';
export type { UploadOutcome } from './write/upload.ts';
