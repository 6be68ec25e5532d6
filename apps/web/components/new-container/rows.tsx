/** Lists of values, a row each: environment, labels, mounts, limits. */
import type { FlagName } from '@boxyard/api/run-command';
import { useQuery } from '@tanstack/react-query';
import { type ClipboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { queries } from '../../lib/queries';
import { Button } from '../ui/button';
import { IconButton } from '../ui/icon-button';
import { CloseIcon, PlusIcon } from '../ui/icons';
import { Input } from '../ui/input';
import { Textarea } from '../ui/textarea';
import { parseEnvironmentBlock } from './draft';
import { fieldMessage, useForm } from './form';

const WRONG = 'aria-invalid:border-bad';

/** What a control in a row needs to be read with its mistake. */
interface RowControl {
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
  className: string;
}

interface RowsProps {
  name: FlagName;
  title: string;
  /** "Add variable" */
  add: string;
  hint?: ReactNode;
  /** The row's controls; `set` replaces its value by one or several. */
  children(row: {
    value: string;
    number: number;
    control: RowControl;
    set(...values: string[]): void;
  }): ReactNode;
}

/** The values of a flag that may be given several times. */
export function Rows({ name, title, add, hint, children }: RowsProps) {
  const { values, setFlag, problemAt } = useForm();
  const id = useId();
  const list = useRef<HTMLFieldSetElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  /** The row that was just added: what is typed next belongs there. */
  const added = useRef(-1);
  const rows = values(name);
  useEffect(() => {
    if (added.current !== rows.length - 1) return;
    added.current = -1;
    list.current?.querySelectorAll('[data-row]')[rows.length - 1]?.querySelector('input')?.focus();
  });
  return (
    <fieldset ref={list} className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 font-medium">{title}</legend>
      {rows.map((value, index) => {
        const message = fieldMessage(problemAt(name, index));
        const messageId = `${id}-${index}`;
        const control: RowControl = {
          'aria-invalid': message ? true : undefined,
          'aria-describedby': message ? messageId : undefined,
          className: WRONG,
        };
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place: two may hold the same
          <div key={index} data-row className="flex min-w-0 flex-col gap-1">
            <div className="flex min-w-0 items-start gap-1.5 max-sm:flex-wrap">
              {children({
                value,
                number: index + 1,
                control,
                set: (...next) => setFlag(name, rows.toSpliced(index, 1, ...next)),
              })}
              <IconButton
                label={`Remove ${title.toLowerCase()} ${index + 1}`}
                onClick={() => {
                  setFlag(name, rows.toSpliced(index, 1));
                  button.current?.focus();
                }}
              >
                <CloseIcon />
              </IconButton>
            </div>
            {message && (
              <p id={messageId} className="break-words text-bad text-xs">
                {message}
              </p>
            )}
          </div>
        );
      })}
      <div>
        <Button
          ref={button}
          size="small"
          onClick={() => {
            added.current = rows.length;
            setFlag(name, [...rows, '']);
          }}
        >
          <PlusIcon /> {add}
        </Button>
      </div>
      {hint && <p className="text-quiet text-xs">{hint}</p>}
    </fieldset>
  );
}

interface PairRowsProps extends Omit<RowsProps, 'children'> {
  /** "Variable": what the first half is called. */
  keyLabel: string;
}

/** KEY=VALUE, as two fields. A whole block of lines may be pasted into the first. */
export function PairRows({ keyLabel, ...rows }: PairRowsProps) {
  return (
    <Rows {...rows}>
      {({ value, number, control, set }) => {
        const equals = value.indexOf('=');
        const key = equals === -1 ? value : value.slice(0, equals);
        const text = equals === -1 ? '' : value.slice(equals + 1);
        const join = (nextKey: string, nextText: string) =>
          set(nextKey === '' && nextText === '' ? '' : `${nextKey}=${nextText}`);
        const paste = (event: ClipboardEvent) => {
          const pasted = event.clipboardData.getData('text/plain');
          if (!/[\n=]/.test(pasted) || key !== '') return;
          event.preventDefault();
          set(...parseEnvironmentBlock(pasted));
        };
        return (
          <>
            <Input
              mono
              aria-label={`${keyLabel} ${number}`}
              placeholder="KEY"
              value={key}
              onPaste={paste}
              onChange={({ currentTarget }) => {
                const [head = '', ...tail] = currentTarget.value.split('=');
                join(head, tail.length > 0 ? `${tail.join('=')}${text}` : text);
              }}
              {...control}
              className={`sm:max-w-44 ${control.className}`}
            />
            <ValueField
              label={`Value of ${key || `${keyLabel.toLowerCase()} ${number}`}`}
              value={text}
              onChange={(next) => join(key, next)}
              control={control}
            />
          </>
        );
      }}
    </Rows>
  );
}

/** One line while it is one: a field of one line would throw the others away. */
function ValueField({
  label,
  value,
  onChange,
  control,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  control: RowControl;
}) {
  const shared = { mono: true, 'aria-label': label, placeholder: 'value', value, ...control };
  if (value.includes('\n')) {
    return (
      <Textarea
        {...shared}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        className={`min-h-8 min-w-0 flex-1 ${control.className}`}
      />
    );
  }
  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text/plain');
    if (!pasted.includes('\n')) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    onChange(`${value.slice(0, selectionStart ?? 0)}${pasted}${value.slice(selectionEnd ?? value.length)}`);
  };
  return (
    <Input
      {...shared}
      onPaste={paste}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      className={`flex-1 ${control.className}`}
    />
  );
}

/** Values that are one text each, like `nofile=1024:4096`. */
export function TextRows({
  placeholder,
  itemLabel,
  ...rows
}: Omit<RowsProps, 'children'> & { placeholder: string; itemLabel: string }) {
  return (
    <Rows {...rows}>
      {({ value, number, control, set }) => (
        <Input
          mono
          aria-label={`${itemLabel} ${number}`}
          placeholder={placeholder}
          value={value}
          onChange={({ currentTarget }) => set(currentTarget.value)}
          {...control}
        />
      )}
    </Rows>
  );
}

/** [SOURCE:]TARGET[:OPTIONS] as a volume or a path on the host, a path in the box, and whether it may be written. */
export function MountRows() {
  const { data: volumes = [] } = useQuery(queries.volumes());
  const known = useId();
  return (
    <>
      <datalist id={known}>
        {volumes
          .filter(({ anonymous }) => !anonymous)
          .map(({ name, containers }) => (
            <option key={name} value={name}>
              {containers.length > 0 ? `used by ${containers.join(', ')}` : 'used by no box'}
            </option>
          ))}
      </datalist>
      <Rows
        name="volume"
        title="Volumes and directories of the host"
        add="Add volume or directory"
        hint="A name is a volume, made when it is not there; a path is a directory or file of this host, and whoever writes in the box writes on the host. Left empty, the box gets a volume of its own."
      >
        {({ value, number, control, set }) => {
          const { source, target, options } = splitMount(value);
          const join = (nextSource: string, nextTarget: string, nextOptions: string[]) =>
            set(joinMount(nextSource, nextTarget, nextOptions));
          const readOnly = options.includes('ro');
          const others = options.filter((option) => option !== 'ro' && option !== 'rw');
          return (
            <>
              <Input
                mono
                aria-label={`Volume or path on the host ${number}`}
                placeholder="data or /srv/site"
                list={known}
                value={source}
                onChange={({ currentTarget }) => join(currentTarget.value, target, options)}
                {...control}
              />
              <Input
                mono
                aria-label={`Path in the box ${number}`}
                placeholder="/data"
                value={target}
                onChange={({ currentTarget }) => join(source, currentTarget.value, options)}
                {...control}
              />
              <label className="flex min-h-8 shrink-0 items-center gap-1.5 whitespace-nowrap pointer-coarse:min-h-11">
                <input
                  type="checkbox"
                  className="checkbox size-4"
                  checked={readOnly}
                  // Nothing could ever be in a volume of its own then.
                  disabled={source === ''}
                  onChange={({ currentTarget }) =>
                    join(source, target, [...(currentTarget.checked ? ['ro'] : []), ...others])
                  }
                />
                read-only
                {others.length > 0 && (
                  <span className="font-mono text-quiet text-mono">{others.join(',')}</span>
                )}
              </label>
            </>
          );
        }}
      </Rows>
    </>
  );
}

/** A value without a colon is a place for a volume of its own. */
function splitMount(value: string): { source: string; target: string; options: string[] } {
  if (!value.includes(':')) return { source: '', target: value, options: [] };
  const [source = '', target = '', ...rest] = value.split(':');
  return { source, target, options: rest.join(':').split(',').filter(Boolean) };
}

function joinMount(source: string, target: string, options: readonly string[]): string {
  if (source === '' && options.length === 0) return target;
  return [source, target, ...(options.length > 0 ? [options.join(',')] : [])].join(':');
}

/** TARGET[:OPTIONS] of a file system in memory. */
export function TmpfsRows() {
  return (
    <Rows
      name="tmpfs"
      title="File systems in memory"
      add="Add one in memory"
      hint="Fast, and gone when the box stops."
    >
      {({ value, number, control, set }) => {
        const colon = value.indexOf(':');
        const target = colon === -1 ? value : value.slice(0, colon);
        const options = colon === -1 ? '' : value.slice(colon + 1);
        const join = (nextTarget: string, nextOptions: string) =>
          set(nextOptions === '' ? nextTarget : `${nextTarget}:${nextOptions}`);
        return (
          <>
            <Input
              mono
              aria-label={`Path in memory ${number}`}
              placeholder="/tmp"
              value={target}
              onChange={({ currentTarget }) => join(currentTarget.value, options)}
              {...control}
            />
            <Input
              mono
              aria-label={`Options in memory ${number}`}
              placeholder="size=64m"
              value={options}
              onChange={({ currentTarget }) => join(target, currentTarget.value)}
              {...control}
            />
          </>
        );
      }}
    </Rows>
  );
}
