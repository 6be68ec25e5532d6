import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { BoxError } from '@boxyard/spec';
import { z } from 'zod';
import { syncDirectoryOf, writePrivateFile } from './private-file.ts';

/**
 * OWASP's first choice for Argon2id with one lane (Password Storage Cheat Sheet, 2024). RFC 9106's second recommendation takes 64 MiB,
 * which is more than half of what an idle agent weighs; one guess here still costs 19 MiB and tens of milliseconds, and the front door
 * lets few through.
 */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const TAG_BYTES = 32;
const SALT_BYTES = 16;

const derive = promisify(argon2);

const storedPassword = z.object({
  algorithm: z.literal('argon2id'),
  /** KiB. */
  memory: z.number().int(),
  passes: z.number().int(),
  parallelism: z.number().int(),
  salt: z.base64(),
  tag: z.base64(),
});
type StoredPassword = z.infer<typeof storedPassword>;

/** The dashboard's one password, kept as an Argon2id tag in a file for root alone. */
export class Password {
  #file: string;
  #stored: StoredPassword | null;
  /** Derivations run one after the other: a flood of guesses takes the memory of one. */
  #last: Promise<unknown> = Promise.resolve();
  /** Compared with while no password is set, so that this takes as long to refuse. */
  #nobody = template(Buffer.alloc(SALT_BYTES), Buffer.alloc(TAG_BYTES));

  /** A file that is there and not ours counts as none, and `damaged` is told: boxes do not wait for a password. */
  constructor(file: string, damaged: (error: BoxError) => void) {
    this.#file = file;
    try {
      this.#stored = read(file);
    } catch (error) {
      this.#stored = null;
      damaged(BoxError.from(error));
    }
  }

  get isSet(): boolean {
    return this.#stored !== null;
  }

  /** Whether it is the password. Takes as long when none is set. */
  async matches(password: string): Promise<boolean> {
    const stored = this.#stored;
    const wanted = stored ?? this.#nobody;
    const tag = await this.#derive(password, wanted);
    const same = timingSafeEqual(tag, Buffer.from(wanted.tag, 'base64'));
    return same && stored !== null && stored === this.#stored;
  }

  async set(password: string): Promise<void> {
    const salt = randomBytes(SALT_BYTES);
    const tag = await this.#derive(password, template(salt, Buffer.alloc(TAG_BYTES)));
    const stored = template(salt, tag);
    writePrivateFile(this.#file, JSON.stringify(stored));
    this.#stored = stored;
  }

  remove(): void {
    rmSync(this.#file, { force: true });
    syncDirectoryOf(this.#file);
    this.#stored = null;
  }

  #derive(password: string, { salt, tag, memory, passes, parallelism }: StoredPassword): Promise<Buffer> {
    const derived = this.#last.then(() =>
      derive('argon2id', {
        // The same keys on another keyboard may compose characters in another way (NIST SP 800-63B, 5.1.1.2).
        message: password.normalize('NFC'),
        nonce: Buffer.from(salt, 'base64'),
        tagLength: Buffer.byteLength(tag, 'base64'),
        memory,
        passes,
        parallelism,
      }),
    );
    this.#last = derived.catch(() => undefined);
    return derived;
  }
}

function template(salt: Buffer, tag: Buffer): StoredPassword {
  return {
    algorithm: 'argon2id',
    memory: MEMORY_KIB,
    passes: PASSES,
    parallelism: LANES,
    salt: salt.toString('base64'),
    tag: tag.toString('base64'),
  };
}

/** @throws BoxError DAMAGED */
function read(file: string): StoredPassword | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return storedPassword.parse(JSON.parse(text));
  } catch (cause) {
    throw new BoxError('DAMAGED', `the password file ${file} cannot be read`, {
      hint: 'set a new one with "box user passwd"',
      cause,
    });
  }
}
