/** Imports an archive into a store, for tests that kill it on the way: `node import-child.ts ROOT ARCHIVE NAME`. */
import { LinuxSyscalls } from '@boxyard/kernel';
import { ImageStore } from '../index.ts';
import { HELPER } from './store.ts';

const [root = '', archive = '', name = ''] = process.argv.slice(2);
using kernel = new LinuxSyscalls();
await using store = await ImageStore.open({ root, kernel, helperPath: HELPER });
process.stdout.write('open\n');
await store.importPath(archive, { name });
process.stdout.write('done\n');
