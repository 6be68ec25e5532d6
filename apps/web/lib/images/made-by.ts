/** What classic docker build writes before a line: `/bin/sh -c #(nop)  CMD ["sh"]`; without `#(nop)` the line was a RUN. */
const SHELL = /^\/bin\/sh -c /;
const NOP = /^#\(nop\)\s*/;
/** BuildKit's mark after its lines. */
const BUILDKIT = /\s*# buildkit$/;

/** A line of an image's history as its author wrote it, on one line. */
export function madeBy(createdBy: string | null): string {
  if (!createdBy) return '';
  const line = createdBy.replace(BUILDKIT, '').replace(/\s+/g, ' ').trim();
  const command = line.replace(SHELL, '');
  if (command === line) return line.replace(/^RUN \/bin\/sh -c /, 'RUN ');
  return NOP.test(command) ? command.replace(NOP, '') : `RUN ${command}`;
}
