/** `box`: the whole program is one bundle (scripts/bundle.ts) that V8 compiles once (bin/box). */
import { main } from './cli.ts';

void main(process.argv.slice(2));
