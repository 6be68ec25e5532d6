import type { ContainerView } from '@boxyard/api';
import { statusOf, type Tone } from '../lib/status';

const TONES: Record<Tone, string> = {
  good: 'text-good',
  busy: 'text-busy',
  bad: 'text-bad',
  quiet: 'text-quiet',
};

/** Shape + word + colour, and why on hover: never colour alone. */
export function StatusMark({ container }: { container: ContainerView }) {
  const { shape, word, tone, why } = statusOf(container);
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${TONES[tone]}`} title={why}>
      <span aria-hidden className="w-3.5 text-center">
        {shape}
      </span>
      {word}
    </span>
  );
}
