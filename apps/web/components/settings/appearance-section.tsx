import { useId } from 'react';
import {
  DENSITIES,
  TERMINAL_FONT_SIZES,
  type TerminalFontSize,
  useDensity,
  useTerminalFontSize,
} from '../../lib/appearance';
import { chooseTheme, THEMES, useTheme } from '../../lib/theme';
import { Field } from '../ui/field';
import { Select } from '../ui/select';
import { Section } from './section';

const SIZES = TERMINAL_FONT_SIZES.map((size) => ({ value: String(size), label: `${size} px` }));

/** How the dashboard looks in this browser. */
export function AppearanceSection() {
  const theme = useTheme();
  const [density, setDensity] = useDensity();
  const [fontSize, setFontSize] = useTerminalFontSize();
  return (
    <Section title="Appearance" about="Kept by this browser.">
      <div className="flex w-full max-w-sm flex-col gap-5">
        <Choice legend="Theme" values={THEMES} value={theme} onChange={chooseTheme} />
        <Choice legend="Rows" values={DENSITIES} value={density} onChange={setDensity} />
        <Field label="Text of terminals">
          <Select
            value={String(fontSize)}
            onChange={(value) => setFontSize(Number(value) as TerminalFontSize)}
            items={SIZES}
            className="w-32"
          />
        </Field>
        <p
          aria-hidden="true"
          className="overflow-hidden whitespace-nowrap rounded-box border border-line bg-field px-3 py-2 font-mono"
          style={{ fontSize: `${fontSize}px`, lineHeight: 1.4 }}
        >
          root@web:/# ls -l
        </p>
      </div>
    </Section>
  );
}

interface ChoiceProps<Value extends string> {
  legend: string;
  values: readonly Value[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of a few words, all in view. */
function Choice<Value extends string>({ legend, values, value, onChange }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">{legend}</legend>
      <div className="flex w-fit rounded-box border border-edge bg-field p-0.5">
        {values.map((option) => (
          <label
            key={option}
            className="cursor-pointer rounded-[4px] px-3 py-0.5 text-quiet capitalize hover:text-ink has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:py-2.5"
          >
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
              className="sr-only"
            />
            {option}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
