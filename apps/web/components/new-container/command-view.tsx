import { useId, useRef } from 'react';
import { CopyButton } from '../ui/copy-button';
import type { TextProblem } from './draft';
import { useForm } from './form';

/** Text and marks lie on each other, letter on letter. */
const LETTERS = 'whitespace-pre-wrap break-words px-3 py-2 font-mono text-mono pointer-coarse:text-base';

/** The same box as a command: typed here, the form follows; what cannot be read is marked at the word. */
export function CommandView() {
  const { draft, textProblems, setText } = useForm();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const select = ({ from, to }: TextProblem) => {
    field.current?.focus();
    field.current?.setSelectionRange(from, to);
  };
  return (
    <section aria-labelledby={`${id}-title`} className="flex min-w-0 flex-col gap-2">
      <div className="flex min-h-8 items-center justify-between gap-2 lg:-mt-1.5">
        <h2 id={`${id}-title`} className="font-medium">
          The same as a command
        </h2>
        <CopyButton text={draft.text} label="Copy the command" />
      </div>
      <div
        className={`max-h-80 overflow-y-auto rounded-box border bg-field focus-within:outline-2 focus-within:outline-accent ${textProblems.length > 0 ? 'border-bad' : 'border-edge'}`}
      >
        <div className="relative min-h-24">
          {/* The marks cut its text in pieces, whose widths are rounded: a line that just fits the field must fit here too. */}
          <div
            aria-hidden="true"
            className={`${LETTERS} min-h-24 pr-[calc(0.75rem-0.25px)] text-transparent`}
          >
            <Marked text={draft.text} problems={textProblems} />{' '}
          </div>
          <textarea
            ref={field}
            aria-label="Command line"
            aria-invalid={textProblems.length > 0 || undefined}
            aria-describedby={textProblems.length > 0 ? `${id}-problems` : undefined}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            value={draft.text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            className={`${LETTERS} absolute inset-0 size-full resize-none overflow-hidden bg-transparent text-ink outline-none`}
          />
        </div>
      </div>
      <ul id={`${id}-problems`} aria-live="polite" className="flex flex-col gap-1 text-xs">
        {textProblems.map((problem) => (
          <li key={`${problem.from} ${problem.message}`}>
            <button
              type="button"
              onClick={() => select(problem)}
              className="w-full break-words text-left text-bad hover:underline pointer-coarse:min-h-11"
            >
              {problem.message}
              {problem.hint && <span className="text-quiet"> · {problem.hint}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Marked({ text, problems }: { text: string; problems: readonly TextProblem[] }) {
  const parts = [];
  let at = 0;
  for (const { from, to } of problems.toSorted((a, b) => a.from - b.from)) {
    if (from < at || from === to) continue;
    parts.push(text.slice(at, from));
    parts.push(
      <mark
        key={from}
        className="rounded-[2px] bg-bad-soft text-transparent underline decoration-2 decoration-bad decoration-wavy"
      >
        {text.slice(from, to)}
      </mark>,
    );
    at = to;
  }
  return [...parts, text.slice(at)];
}
