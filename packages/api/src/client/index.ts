/** `@boxyard/api/client`: runs in browsers and in Node. Transports: `@boxyard/api/client/node`, `@boxyard/api/client/browser`. */
export { FrameClient } from './frame-client.ts';
export type * from './types.ts';
