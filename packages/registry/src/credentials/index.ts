export { hostOf } from './config-document.ts';
export type { RegistryCredential } from './credential.ts';
export { CredentialFile, type StoredCredential, userCredentialPath } from './credential-file.ts';
