/**
 * After `next build`: writes a brotli and a gzip form beside every file that gets smaller, so that the agent sends them as they are and
 * spends no time on it. They are public files without secrets: their size tells nothing.
 */
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Below this the headers of the answer outweigh what is saved. */
const SMALLEST_BYTES = 1024;
/** A form that saves less than a tenth is not worth a file. */
const WORTH = 0.9;

const out = join(import.meta.dirname, '../out');
const files = globSync('**/*.{html,js,css,txt,svg,json,wasm,webmanifest}', { cwd: out })
  .map((name) => join(out, name))
  .filter((file) => statSync(file).size >= SMALLEST_BYTES);
const sums = { plain: 0, br: 0, gz: 0 };
await Promise.all(
  files.map(async (file) => {
    const content = readFileSync(file);
    const [br, gz] = await Promise.all([
      promisify(brotliCompress)(content, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        },
      }),
      promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
    ]);
    sums.plain += content.length;
    for (const [ending, form] of Object.entries({ br, gz }) as ['br' | 'gz', Buffer][]) {
      sums[ending] += form.length;
      if (form.length < content.length * WORTH) writeFileSync(`${file}.${ending}`, form);
    }
  }),
);
const kb = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
console.log(
  `compressed ${files.length} files: ${kb(sums.plain)}, gzip ${kb(sums.gz)}, brotli ${kb(sums.br)}`,
);
