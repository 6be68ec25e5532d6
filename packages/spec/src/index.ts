export * from './container.ts';
export * from './errors.ts';
export * from './frames/frame.ts';
export * from './image.ts';
export * from './plan/codec.ts';
export * from './plan/operations.ts';
export * from './state.ts';
