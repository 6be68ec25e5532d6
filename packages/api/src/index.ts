export * from './permissions.ts';
export type { AppRouter } from './router/index.ts';
export * from './schemas/container.ts';
export * from './schemas/image.ts';
export * from './schemas/stream.ts';
export type * from './services.ts';
export type * from './views.ts';
