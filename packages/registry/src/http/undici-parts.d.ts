// Parts of undici that its own types do not name; see undici.ts.
declare module 'undici/lib/core/util.js';
declare module 'undici/lib/core/connect.js';
declare module 'undici/lib/core/request.js';
declare module 'undici/lib/dispatcher/client-h1.js';
declare module 'undici/lib/dispatcher/client-h2.js';
declare module 'undici/lib/dispatcher/client.js';
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}
declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';
  export default function request(
    this: Dispatcher,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
}
