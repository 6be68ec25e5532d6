import type { Snapshot } from './screen.ts';

/** Between the agent's event loop and the Worker that emulates terminals. `key` names a terminal session. */
export type ToWorker =
  | {
      type: 'start';
      key: string;
      file: string;
      rows: number;
      columns: number;
      /** A saved screen from before this offset is of an earlier run. */
      notBefore: number;
    }
  | { type: 'data'; key: string; offset: number; bytes: Uint8Array }
  /** Bytes are lost, the screen with them: begin empty at this offset. */
  | { type: 'reset'; key: string; offset: number }
  | { type: 'resize'; key: string; rows: number; columns: number }
  | { type: 'snapshot'; key: string; request: number; atLeast: number }
  | { type: 'stop'; key: string }
  /** Save everything; answered by `saved`. */
  | { type: 'save' };

export type FromWorker =
  /** `offset`: where the restored screen goes on, null when there was none to restore. */
  | { type: 'started'; key: string; offset: number | null }
  | { type: 'took'; key: string; bytes: number }
  | { type: 'snapshot'; request: number; snapshot: Snapshot | null }
  | { type: 'saved' };
