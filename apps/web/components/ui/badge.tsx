import type { ReactNode } from 'react';
import type { Tone } from '../../lib/status';

const TONES: Record<Tone | 'accent', string> = {
  good: 'bg-good-soft text-good',
  busy: 'bg-busy-soft text-busy',
  bad: 'bg-bad-soft text-bad',
  quiet: 'bg-raised text-quiet',
  accent: 'bg-accent-soft text-accent',
};

/** A word that classifies: short, never the only place that says so. */
export function Badge({ tone = 'quiet', children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  return (
    <span
      className={`inline-block h-5 max-w-full truncate rounded-[4px] px-1.5 font-medium text-label leading-5 ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}
