/** The kinds of fields that the form is made of; each shows one flag. */
import type { FlagName } from '@boxyard/api/run-command';
import type { ReactNode } from 'react';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import { Switch } from '../ui/switch';
import { fieldMessage, useForm } from './form';

interface TextFlagProps {
  name: FlagName;
  label: string;
  hint?: ReactNode;
  placeholder?: string;
  className?: string;
}

/** A flag with one value; an empty field is a flag that was not given. */
export function TextFlag({ name, label, hint, placeholder, className }: TextFlagProps) {
  const { values, setFlag, problemAt } = useForm();
  return (
    <Field label={label} hint={hint} error={fieldMessage(problemAt(name))} className={className}>
      <Input
        mono
        value={values(name)[0] ?? ''}
        placeholder={placeholder}
        onChange={({ currentTarget: { value } }) => setFlag(name, value === '' ? [] : [value])}
      />
    </Field>
  );
}

interface SwitchFlagProps {
  name: FlagName;
  label: string;
  hint?: ReactNode;
}

export function SwitchFlag({ name, label, hint }: SwitchFlagProps) {
  const { values, setFlag } = useForm();
  const checked = values(name)[0] === 'true';
  return (
    <Switch
      label={label}
      hint={hint}
      checked={checked}
      onChange={(on) => setFlag(name, on ? ['true'] : [])}
    />
  );
}
