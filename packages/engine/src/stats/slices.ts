import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long the event loop may be held at a time: a key press in a terminal must not wait longer. */
const SLICE_MS = 4;

/** Runs work that comes in small steps, letting the event loop turn between slices of 4 ms. */
export async function inSlices(work: Iterable<Generator<void, void>>): Promise<void> {
  let began = performance.now();
  for (const steps of work) {
    for (;;) {
      if (performance.now() - began > SLICE_MS) {
        await nextTurn();
        began = performance.now();
      }
      if (steps.next().done) break;
    }
  }
}
