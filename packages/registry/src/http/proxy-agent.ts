/** Needs the whole of undici, and is loaded where there is a proxy. A module of its own: a bundle gives CommonJS's names to static imports only. */
export { ProxyAgent } from 'undici';
