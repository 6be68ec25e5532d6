/** The state of the page "New box", and how its parts reach it. */
import type { FlagName, RunLine, RunProblem } from '@boxyard/api/run-command';
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { useYard } from '../../lib/connection';
import {
  type Draft,
  freeName,
  problemsOf,
  type TextProblem,
  textProblemsOf,
  withCommandField,
  withFlag,
  withLine,
  withText,
} from './draft';
import { saveDraft } from './saved-draft';

type Field = RunProblem['field'];
type SchemaCheck = typeof import('@boxyard/api/run-command/validate').schemaProblems;

export interface Form {
  draft: Draft;
  problems: readonly RunProblem[];
  textProblems: readonly TextProblem[];
  /** The values of a flag; a switch that is on has 'true'. */
  values(name: FlagName): readonly string[];
  problemAt(field: Field, index?: number): RunProblem | undefined;
  setFlag(name: FlagName, values: readonly string[]): void;
  setFlags(flags: Partial<Record<FlagName, readonly string[]>>): void;
  setImage(image: string): void;
  setCommandField(text: string): void;
  setText(text: string): void;
  /** What the agent said; gone when the field it is about changes. */
  report(problems: RunProblem[]): void;
  /** From now on what is missing counts as wrong. */
  attempt(): void;
}

const Context = createContext<Form | null>(null);
export const FormProvider = Context.Provider;

export function useForm(): Form {
  const form = useContext(Context);
  if (!form) throw new Error('a part of the page "New box" stands outside of it');
  return form;
}

/** A form that begins with `initial` and is kept for a reload under `source`. */
export function useNewContainer(initial: Draft, source: string): Form {
  const [draft, setDraft] = useState(initial);
  const [reported, setReported] = useState<readonly RunProblem[]>([]);
  const [attempted, setAttempted] = useState(false);
  const check = useSchemaCheck();
  const nameProblem = useNameProblem(draft.line);
  useEffect(() => saveDraft(source, draft), [source, draft]);

  const found = useMemo(() => problemsOf(draft, check), [draft, check]);
  const problems = useMemo(() => {
    const missing = draft.line.image === '' && !draft.line.flags.rootfs;
    return [
      ...found.filter(({ field }) => attempted || field !== 'image' || !missing),
      ...nameProblem,
      ...reported,
    ];
  }, [found, nameProblem, reported, attempted, draft.line]);
  const textProblems = useMemo(() => textProblemsOf(draft.text, problems), [draft.text, problems]);

  const change = (next: (draft: Draft) => Draft, about: (field: Field) => boolean) => {
    setDraft(next);
    setReported((before) => before.filter(({ field }) => !about(field)));
  };
  return {
    draft,
    problems,
    textProblems,
    values: (name) => draft.line.flags[name] ?? [],
    problemAt: (field, index = 0) =>
      problems.find((problem) => problem.field === field && problem.index === index),
    setFlag: (name, values) =>
      change(
        (before) => withFlag(before, name, values),
        (field) => field === name,
      ),
    setFlags: (flags) =>
      change(
        (before) =>
          Object.entries(flags).reduce(
            (line, [name, values]) => withFlag(line, name as FlagName, values),
            before,
          ),
        (field) => field in flags,
      ),
    setImage: (image) =>
      change(
        (before) => withLine(before, { image }),
        (field) => field === 'image',
      ),
    setCommandField: (text) =>
      change(
        (before) => withCommandField(before, text),
        (field) => field === 'command',
      ),
    setText: (text) =>
      change(
        (before) => withText(before, text),
        () => true,
      ),
    report: (more) => setReported(more),
    attempt: () => setAttempted(true),
  };
}

const noCheck: SchemaCheck = () => [];

/** The agent's own schema, which comes after the page: it is heavy. */
function useSchemaCheck(): SchemaCheck {
  const [check, setCheck] = useState<SchemaCheck>(() => noCheck);
  useEffect(() => {
    let here = true;
    void import('@boxyard/api/run-command/validate').then(({ schemaProblems }) => {
      if (here) setCheck(() => schemaProblems);
    });
    return () => {
      here = false;
    };
  }, []);
  return check;
}

function useNameProblem(line: RunLine): readonly RunProblem[] {
  const isTaken = useIsTaken();
  const name = line.flags.name?.[0];
  const taken = name !== undefined && isTaken(name);
  return useMemo(
    () => (taken ? [{ field: 'name', index: 0, message: `there is a box called ${name} already` }] : []),
    [taken, name],
  );
}

/** Whether the feed knows a box of that name. */
export function useIsTaken(): (name: string) => boolean {
  const { containers } = useYard();
  return (name) => [...(containers?.values() ?? [])].some((container) => container.name === name);
}

/** A name near the wanted one that nobody has. */
export function useFreeName(wanted: string): string {
  return freeName(wanted, useIsTaken());
}

/** A problem as a sentence below its field, where the name of the flag says nothing new. */
export function fieldMessage(problem: RunProblem | undefined): string | undefined {
  if (!problem) return undefined;
  const message = problem.message
    .replace(/^--?[\w-]+(?: .*?)?: /s, '')
    .replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  return problem.hint ? `${message}: ${problem.hint}` : message;
}
