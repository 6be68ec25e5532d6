// Writes native/src/plan_ops.h from the table of plan operations. `--check` only compares (exit 1 when they differ).
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as table from '../packages/spec/src/plan/operations.ts';

const TARGET = fileURLToPath(new URL('../native/src/plan_ops.h', import.meta.url));
const ARGUMENT_LETTERS = { str: 's', bytes: 'b', u32: 'u', i32: 'i', u64: 'U', '...str': '*' };

const macro = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
const hex = (code) => `0x${code.toString(16).padStart(4, '0')}`;

/** The C header for a table of operations, as text. */
export function planHeader({ OPERATIONS, ...constants } = table) {
  const operations = Object.entries(OPERATIONS).sort(([, a], [, b]) => a.code - b.code);
  const letters = (args) => args.map(([, type]) => ARGUMENT_LETTERS[type]).join('');
  return `/* Made by scripts/gen-plan-ops.mjs from packages/spec/src/plan/operations.ts: change it there, then \`npm run gen:plan\`. */
#ifndef BOXSHIM_PLAN_OPS_H
#define BOXSHIM_PLAN_OPS_H

#include <stdint.h>

#define PLAN_MAGIC "${constants.PLAN_MAGIC}"
#define PLAN_VERSION ${constants.PLAN_VERSION}
#define PLAN_MAX_BYTES ${constants.PLAN_MAX_BYTES}
#define PLAN_MAX_ARG_BYTES ${constants.PLAN_MAX_ARG_BYTES}
#define PLAN_MAX_ARGS ${constants.PLAN_MAX_ARGS}
#define SESSION_TTY ${constants.SESSION_TTY}u
#define SESSION_STDIN ${constants.SESSION_STDIN}u
#define SESSION_HOLD ${constants.SESSION_HOLD}u
#define NO_DESCRIPTOR 0x${constants.NO_DESCRIPTOR.toString(16)}u
${['TREE_PROCESS', 'TREE_ALONE', 'TREE_TRUSTED', 'TREE_FOLLOW', 'TREE_NO_DATA', 'TREE_NO_LINKS', 'TREE_SHALLOW', 'TREE_REPLACE'].map((name) => `#define ${name} ${constants[name]}u`).join('\n')}

enum plan_stage { STAGE_SHIM, STAGE_HOST, STAGE_BOX, STAGE_TREE, STAGE_WALK, STAGE_END };

enum {
${operations.map(([name, { code }]) => `  PLAN_${macro(name)} = ${hex(code)},`).join('\n')}
};

struct plan_shape {
  uint16_t code;
  uint8_t stage;
  const char *name;
  const char *arguments; /* s str, b bytes, u u32, i i32, U u64, * any number of str */
};

/* Sorted by code. */
static const struct plan_shape PLAN_SHAPES[] = {
${operations.map(([name, { code, stage, args }]) => `    {${hex(code)}, STAGE_${stage.toUpperCase()}, "${name}", "${letters(args)}"},`).join('\n')}
};

#endif
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const header = planHeader();
  if (!process.argv.includes('--check')) writeFileSync(TARGET, header);
  else if (readFileSync(TARGET, 'utf8') !== header) {
    process.stderr.write(`${TARGET} is not what operations.ts says: run \`npm run gen:plan\`\n`);
    process.exitCode = 1;
  }
}
