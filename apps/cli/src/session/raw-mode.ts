import { spawnSync } from 'node:child_process';

/**
 * The caller's terminal handed through to the box: each key as it is typed, each byte of output as it comes. Node restores the terminal
 * at exit, on a crash and on SIGTERM; `restore` does it earlier.
 */
export class RawMode {
  #on = false;

  enable(): void {
    process.stdin.setRawMode(true);
    // libuv's raw mode leaves OPOST and ONLCR on: a line feed would also return to the first column, which programs that set their own
    // terminal raw (vim) do not mean. Node has no call for it.
    spawnSync('stty', ['-opost'], { stdio: [0, 'ignore', 'ignore'] });
    this.#on = true;
  }

  restore(): void {
    if (!this.#on) return;
    this.#on = false;
    process.stdin.setRawMode(false);
  }
}
