/** The codec of tar archives: bytes in, entries out, and back. Pure, for every program. */
export type { TarEntry, TarEntryType } from './entry.ts';
export { printable } from './failure.ts';
export { formatEntry, formatPadding, TAR_END } from './format.ts';
export { TAR_LIMITS } from './limits.ts';
export { TarParser, type TarSink } from './parser.ts';
export { normalizePath } from './path.ts';
