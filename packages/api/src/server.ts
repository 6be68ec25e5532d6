/** What only the agent imports: the router itself and the context it runs in. */
export {
  type ApiContext,
  createCaller,
  type DownloadHandler,
  fromBoxError,
  type TransferHandler,
} from './procedure.ts';
export { type AppRouter, appRouter } from './router/index.ts';
