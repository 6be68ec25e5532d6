import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { type ReadRequest, Trees } from '../trees/trees.ts';
import { HELPER, TestStore } from './store.ts';

export const sh = (script: string, cwd: string) =>
  execFileSync('bash', ['-euc', script], { cwd, stdio: 'pipe' });

/** Trees of one test, with the real helper. */
export class TestTrees extends TestStore {
  readonly trees = new Trees({ kernel: this.kernel, helper: this.kernel.loadHelper(HELPER) });

  /** A directory with what a script makes in it, and the descriptor of it. */
  make(name: string, script: string) {
    const path = this.path(name);
    mkdirSync(path);
    sh(script, path);
    return { path, root: { kind: 'directory' as const, fd: openSync(path, 'r') } };
  }

  async read(request: ReadRequest, warnings: string[] = []): Promise<Buffer> {
    return buffer(this.trees.read(request, { onWarning: (line) => warnings.push(line) }));
  }
}
