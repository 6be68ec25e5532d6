/** What is sent to one registry host, and to no other. An identity token is exchanged for access tokens (OAuth 2 refresh token). */
export type RegistryCredential = { username: string; password: string } | { identityToken: string };
