import { readFileSync } from 'node:fs';

const SIGINT = 2;
const SIGTERM = 15;
/** What a terminal shows for Ctrl-C by itself (ECHOCTL). */
const ECHO = '^C';

/**
 * Counts interrupts that have no effect. The kernel drops signals to process 1 of a pid namespace that it has no handler for
 * (pid_namespaces(7)): the second in a row is worth a hint, the third detaches.
 */
export class Interrupts {
  readonly #initPid: () => number | null;
  #count = 0;

  /** @param initPid host pid of process 1, null when unknown or when the session is not process 1's */
  constructor(initPid: () => number | null) {
    this.#initPid = initPid;
  }

  /** What the next one in a row means. */
  pressed(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): 'nothing' | 'hint' | 'detach' {
    const pid = this.#initPid();
    if (pid === null || catches(pid, signal === 'SIGINT' ? SIGINT : SIGTERM)) return 'nothing';
    this.#count++;
    return this.#count === 2 ? 'hint' : this.#count >= 3 ? 'detach' : 'nothing';
  }

  /** Something else was typed. */
  reset(): void {
    this.#count = 0;
  }

  /** The box printed something: more than the echo means that it reacted. */
  output(bytes: Uint8Array): void {
    if (this.#count > 0 && Buffer.from(bytes).toString('latin1').replaceAll(ECHO, '') !== '') this.#count = 0;
  }
}

/** Whether a process has a handler (SigCgt of proc(5)); one we may not look at counts as having one. */
function catches(pid: number, signal: number): boolean {
  try {
    const mask = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 'f';
    return ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
  } catch {
    return true;
  }
}
