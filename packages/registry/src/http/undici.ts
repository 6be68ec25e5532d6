/** What we need of undici, as a module that can be loaded when it is needed: from a bundle, CommonJS gives its names to static imports only. */
export { Agent, ProxyAgent } from 'undici';
