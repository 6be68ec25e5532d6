import { BoxError } from '@boxyard/spec';
import { note } from '../output/print.ts';
import type { Ended } from './foreground.ts';

const EXIT_INTERRUPTED = 130;
const EXIT_HUNG_UP = 129;

/** The exit code of a foreground command, and a word about a box that goes on without us. */
export function outcome(ended: Ended, name: string): number {
  switch (ended.how) {
    case 'exit':
      if (ended.exit.lost) {
        throw new BoxError('INTERNAL', `${name} is lost: its supervisor died, so its exit code is unknown`, {
          hint: `box start ${name} starts it again`,
        });
      }
      return ended.exit.signal > 0 ? 128 + ended.exit.signal : ended.exit.code;
    case 'detached':
      note(`box: detached from ${name}, which goes on; next: box attach ${name}`);
      return 0;
    case 'interrupted':
      note(`box: detached from ${name}, which goes on; next: box attach ${name} · box kill ${name}`);
      return EXIT_INTERRUPTED;
    case 'hung-up':
      return EXIT_HUNG_UP;
  }
}
