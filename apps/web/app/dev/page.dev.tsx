'use client';
import { useState } from 'react';
import { Button } from '../../components/ui/button';
import { Tabs } from '../../components/ui/tabs';
import { Toasts } from '../../components/ui/toasts';
import { TooltipProvider } from '../../components/ui/tooltip';
import { useTheme } from '../../lib/theme';
import { Controls } from './controls';
import { Figures } from './figures';
import { Floating } from './floating';
import { States } from './states';

const PARTS = { controls: Controls, floating: Floating, figures: Figures, states: States };
type Part = keyof typeof PARTS;

/** Every primitive in every state, to look at while changing one. Not in the shipped pages: see next.config.ts. */
export default function DesignPage() {
  const [part, setPart] = useState<Part>('controls');
  const [theme, nextTheme] = useTheme();
  const Shown = PARTS[part];
  return (
    <TooltipProvider>
      <div className="flex items-center gap-3 px-4 py-3">
        <h1 className="font-semibold text-title">Design</h1>
        <Button size="small" className="ml-auto" onClick={nextTheme}>
          Theme: {theme}
        </Button>
      </div>
      <Tabs
        label="Parts"
        value={part}
        onChange={setPart}
        items={Object.keys(PARTS).map((value) => ({ value: value as Part, label: value }))}
      >
        <div className="flex flex-col gap-8 p-4">
          <Shown />
        </div>
      </Tabs>
      <Toasts />
    </TooltipProvider>
  );
}
