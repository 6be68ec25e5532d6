import { useId } from 'react';
import { chooseDensity, DENSITIES, useDensity } from '../../lib/appearance';
import { toggleScreenReader, useTerminalSettings, zoomTerminals } from '../../lib/terminal/settings';
import { chooseTheme, THEMES, useTheme } from '../../lib/theme';
import { Button } from '../ui/button';
import { Switch } from '../ui/switch';
import { Section } from './section';

/** How the dashboard looks in this browser. */
export function AppearanceSection() {
  const theme = useTheme();
  const density = useDensity();
  return (
    <div className="flex flex-col gap-10">
      <Section title="Appearance" about="Kept by this browser.">
        <Choice legend="Theme" values={THEMES} value={theme} onChange={chooseTheme} />
        <Choice legend="Rows" values={DENSITIES} value={density} onChange={chooseDensity} />
      </Section>
      <TerminalAppearance />
    </div>
  );
}

function TerminalAppearance() {
  const { fontSize, screenReader } = useTerminalSettings();
  return (
    <Section title="Terminals">
      <div className="flex flex-wrap items-center gap-2">
        <span>
          Text of <output aria-live="polite">{fontSize} px</output>
        </span>
        <Button size="small" onClick={() => zoomTerminals(-1)}>
          Smaller
        </Button>
        <Button size="small" onClick={() => zoomTerminals(1)}>
          Larger
        </Button>
        <Button size="small" variant="ghost" onClick={() => zoomTerminals(0)}>
          Usual size
        </Button>
      </div>
      <p
        aria-hidden="true"
        className="w-full max-w-sm overflow-hidden whitespace-nowrap rounded-box border border-line bg-field px-3 py-2 font-mono"
        style={{ fontSize: `${fontSize}px`, lineHeight: 1.4 }}
      >
        root@web:/# ls -l
      </p>
      <Switch
        label="Screen reader"
        hint="Puts what is printed into the accessibility tree, at some cost."
        checked={screenReader}
        onChange={toggleScreenReader}
      />
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
      <div className="flex w-fit rounded-box border border-rim bg-surface p-0.5">
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
