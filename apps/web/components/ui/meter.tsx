import type { Tone } from '../../lib/status';

const FILLS: Record<Tone | 'accent', string> = {
  accent: 'bg-accent',
  good: 'bg-good',
  busy: 'bg-busy',
  bad: 'bg-bad',
  quiet: 'bg-quiet',
};

interface MeterProps {
  value: number;
  max: number;
  /** What it measures, with its figures: "Memory 1.2 GiB of 4 GiB". */
  label: string;
  tone?: keyof typeof FILLS | undefined;
  className?: string | undefined;
}

/** How much of something is used. */
export function Meter({ value, max, label, tone = 'accent', className = 'w-full' }: MeterProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> each in their own way, and little of it can be dressed
    <span
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      aria-valuetext={label}
      className={`block h-1.5 overflow-hidden rounded-full bg-track ${className}`}
    >
      {/* It jumps: a width that glides is laid out and painted for nine frames, every second that the figures come. */}
      <span className={`block h-full rounded-full ${FILLS[tone]}`} style={{ width: `${share * 100}%` }} />
    </span>
  );
}
