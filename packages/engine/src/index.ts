export type * from './streams.ts';
