import type { ConnectionState } from '@boxyard/api/client';
import type { Way } from '../../lib/agent-connect';
import { useYard } from '../../lib/connection';
import type { Shape, Tone } from '../../lib/status';
import { ShapeMark, TONE_TEXT } from '../ui/status-mark';

/** The stream's state in words; polite to screen readers. */
export function ConnectionMark() {
  const { connection, way } = useYard();
  const [shape, words, tone] = describe(connection, way);
  return (
    <span role="status" className={`flex items-center gap-1.5 ${TONE_TEXT[tone]}`}>
      <ShapeMark shape={shape} />
      <span>{words}</span>
    </span>
  );
}

function describe({ status }: ConnectionState, way: Way): [shape: Shape, words: string, tone: Tone] {
  switch (status) {
    case 'open':
      if (way === 'stream') return ['◐', 'live, no terminals', 'busy'];
      if (way === 'polling') return ['◐', 'every 5 s', 'busy'];
      return ['●', 'live', 'good'];
    case 'connecting':
      return ['◐', 'connecting…', 'quiet'];
    case 'lost':
      return ['◐', 'reconnecting…', 'busy'];
    case 'closed':
      return ['○', 'disconnected', 'bad'];
  }
}
