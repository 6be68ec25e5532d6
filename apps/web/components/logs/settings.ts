import { parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { FACETS, type Query } from '../../lib/logs/query';

export const TIMES = ['local', 'utc', 'ago', 'off'] as const;

/** What a log viewer is told by its controls, and by the address. */
export interface Settings {
  q: string;
  re: boolean;
  cs: boolean;
  show: Query['mode'];
  lv: Query['levels'];
  st: Query['stream'];
  ts: (typeof TIMES)[number];
  wrap: boolean;
  /** A line to go to: its offset, or `name:offset` among several boxes. */
  at: string | null;
  /** A moment to begin at, RFC 3339. */
  t: string | null;
}
export type ChangeSettings = (change: Partial<Settings>) => void;

const DEFAULTS: Settings = {
  q: '',
  re: false,
  cs: false,
  show: 'mark',
  lv: [],
  st: 'all',
  ts: 'local',
  wrap: false,
  at: null,
  t: null,
};
const PARSERS = {
  q: parseAsString.withDefault(DEFAULTS.q),
  re: parseAsBoolean.withDefault(DEFAULTS.re),
  cs: parseAsBoolean.withDefault(DEFAULTS.cs),
  show: parseAsStringLiteral(['mark', 'only', 'hide'] as const).withDefault(DEFAULTS.show),
  lv: parseAsArrayOf(parseAsStringLiteral(FACETS)).withDefault([]),
  st: parseAsStringLiteral(['all', 'stdout', 'stderr'] as const).withDefault(DEFAULTS.st),
  ts: parseAsStringLiteral(TIMES).withDefault(DEFAULTS.ts),
  wrap: parseAsBoolean.withDefault(DEFAULTS.wrap),
  at: parseAsString,
  t: parseAsString,
};

/** In the address, so that what is seen can be sent. */
export function useAddressSettings(): [Settings, ChangeSettings] {
  const [settings, change] = useQueryStates(PARSERS, { history: 'replace' });
  return [settings, (next) => void change(next as Parameters<typeof change>[0])];
}

/** In a dock several logs are open at once: each keeps its own. */
export function useOwnSettings(): [Settings, ChangeSettings] {
  const [settings, set] = useState<Settings>(DEFAULTS);
  return [settings, (change) => set((before) => ({ ...before, ...change }))];
}

export function queryOf({ q, re, cs, show, lv, st }: Settings): Query {
  return { text: q, regex: re, caseSensitive: cs, mode: show, levels: lv, stream: st };
}
