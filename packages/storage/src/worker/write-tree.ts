import type { TarEntry } from '../tar/entry.ts';
import { TarParser, type TarSink } from '../tar/parser.ts';
import { normalizePath } from '../tar/path.ts';
import { treeFailure } from '../trees/failure.ts';
import { inflated, sniff } from '../unpack/decompress.ts';
import { type EmitterResult, TreeEmitter } from '../unpack/emitter.ts';
import { PlanSender } from '../unpack/sender.ts';
import type { WriteTreeJob } from './messages.ts';
import { openSource } from './unpack.ts';

/** An archive, inflated and parsed, becomes operations of a helper in mode write. Returns once it has obeyed them all. */
export async function writeTree(job: WriteTreeJob): Promise<EmitterResult> {
  const sender = new PlanSender({ plan: job.plan, frames: job.frames }, treeFailure);
  for (const operation of job.begin) sender.send(operation);
  const emitter = new TreeEmitter((operation) => sender.send(operation), job.limits, { layer: false });
  const parser = new TarParser(new CopySink(emitter, job), job.limits);
  const source = openSource(job);
  for await (const chunk of inflated(await sniff(source.chunks), job.limits)) parser.push(chunk);
  parser.end();
  const result = emitter.finish();
  sender.finish();
  return result;
}

/** Gives everything to one owner and leaves the root's entry out, as asked. */
class CopySink implements TarSink {
  readonly #to: TreeEmitter;
  readonly #job: WriteTreeJob;
  #skipping = false;

  constructor(to: TreeEmitter, job: WriteTreeJob) {
    this.#to = to;
    this.#job = job;
  }

  entry(entry: TarEntry): void {
    const { owner, setRoot, limits } = this.#job;
    this.#skipping = !setRoot && entry.type === 'directory' && normalizePath(entry.path, limits).length === 0;
    if (!this.#skipping) this.#to.entry(owner ? { ...entry, ...owner } : entry);
  }

  data(offset: number, bytes: Buffer): void {
    if (!this.#skipping) this.#to.data(offset, bytes);
  }

  entryEnd(): void {
    if (!this.#skipping) this.#to.entryEnd();
  }
}
