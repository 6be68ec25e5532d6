import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { DoctorCheck, DoctorView } from '@boxyard/api';
import { EXIT_OWN_ERROR } from '../output/errors.ts';
import { formatOne } from '../output/list.ts';
import { write } from '../output/print.ts';
import { style } from '../output/style.ts';
import { defineVerb } from '../verb.ts';

const MARKS: Record<DoctorCheck['status'], string> = {
  ok: style('ok     ', 'green'),
  warning: style('warning', 'yellow'),
  missing: style('missing', 'red'),
};

function describe({ checks, leaks }: DoctorView): string {
  const lines = checks.flatMap(({ status, title, found, advice }) => [
    `${MARKS[status]}  ${title}: ${found}`,
    ...(advice ? [`         ${advice}`] : []),
  ]);
  if (leaks?.length === 0) lines.push(`${MARKS.ok}  Leaks: none`);
  for (const { kind, what } of leaks ?? []) lines.push(`${style('leak   ', 'red')}  ${kind}: ${what}`);
  return `${lines.join('\n')}\n`;
}

/** The agent's own program does it, since no agent can start over a damaged database: it is bundled beside this one. */
function rebuild(): number {
  const boxd = join(dirname(process.argv[1] ?? ''), 'boxd.mjs');
  return spawnSync(process.execPath, [boxd, '--rebuild'], { stdio: 'inherit' }).status ?? EXIT_OWN_ERROR;
}

export default defineVerb<{ leaks?: boolean; rebuild?: boolean; format?: string }>({
  examples: ['doctor', 'doctor --leaks', 'doctor --rebuild'],
  define: (command) =>
    command
      .option('--leaks', 'also look for mounts, cgroups, processes, directories and rows that nothing owns')
      .option('--rebuild', "while no agent runs: make a damaged database anew from the boxes' own records")
      .option('--format <format>', 'json or a template'),
  async run({ options, agent }) {
    if (options.rebuild) return rebuild();
    const view = await agent.query('system.doctor', { leaks: options.leaks === true });
    write(formatOne(view, options.format) ?? describe(view));
    const missing = view.checks.some(({ status }) => status === 'missing');
    return missing || (view.leaks?.length ?? 0) > 0 ? 1 : 0;
  },
});
