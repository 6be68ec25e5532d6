'use client';
import { useState } from 'react';
import { Page } from '../../components/shell/page';
import { Tabs } from '../../components/ui/tabs';
import { Controls } from './controls';
import { Figures } from './figures';
import { Floating } from './floating';
import { States } from './states';

const PARTS = { controls: Controls, floating: Floating, figures: Figures, states: States };
type Part = keyof typeof PARTS;

/** Every primitive in every state, to look at while changing one. Not in the shipped pages: see next.config.ts. */
export default function DesignPage() {
  const [part, setPart] = useState<Part>('controls');
  const Shown = PARTS[part];
  return (
    <Page title="Design">
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
    </Page>
  );
}
