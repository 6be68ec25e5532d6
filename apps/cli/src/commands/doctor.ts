import type { DoctorCheck, DoctorView } from '@boxyard/api';
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

export default defineVerb<{ leaks?: boolean; format?: string }>({
  examples: ['doctor', 'doctor --leaks'],
  define: (command) =>
    command
      .option('--leaks', 'also look for mounts, cgroups, processes, directories and rows that nothing owns')
      .option('--format <format>', 'json or a template'),
  async run({ options, agent }) {
    const view = await agent.query('system.doctor', { leaks: options.leaks === true });
    write(formatOne(view, options.format) ?? describe(view));
    const missing = view.checks.some(({ status }) => status === 'missing');
    return missing || (view.leaks?.length ?? 0) > 0 ? 1 : 0;
  },
});
