import { useEffect, useRef } from 'react';
import { createStore, useStore } from './store';

/** One thing that ⌘K can do. */
export interface Command {
  /** Stays the same over visits: recent ones come first. */
  id: string;
  label: string;
  /** Heading it is listed below. */
  group: string;
  run(): void;
  /** The key that does it too, as in lib/keys.ts. */
  keys?: string;
  /** Also found by these words. */
  words?: string;
}

interface Registration {
  commands: { current: readonly Command[] };
}

const registrations = createStore<readonly Registration[]>([]);

/** Commands that ⌘K offers while this component is shown. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => {
    const registration = { commands: latest };
    registrations.set([...registrations.get(), registration]);
    return () => registrations.set(registrations.get().filter((other) => other !== registration));
  }, []);
}

const NONE: readonly Registration[] = [];

/** What the page and the shell offer now; the page's own first. */
export function useOfferedCommands(): Command[] {
  return useStore(registrations, NONE)
    .toReversed()
    .flatMap(({ commands }) => commands.current);
}
