import { Badge } from '../../components/ui/badge';
import { Meter } from '../../components/ui/meter';
import { Sparkline } from '../../components/ui/sparkline';
import { Spinner } from '../../components/ui/spinner';
import { StatusLabel, StatusMark } from '../../components/ui/status-mark';
import { age, bytes, clock, cpus, duration, percent, rate } from '../../lib/format';
import type { Shape, Tone } from '../../lib/status';
import { CONTAINERS } from './containers';
import { EMOJI, LONG, Row, Section } from './sample';

const SHAPES: Record<Shape, [word: string, tone: Tone]> = {
  '●': ['running', 'good'],
  '◐': ['stopping…', 'busy'],
  '○': ['exited 0', 'quiet'],
  '✕': ['exited 7', 'bad'],
  '▲': ['unhealthy', 'bad'],
  '❚❚': ['paused', 'quiet'],
  '⟳': ['crash loop 4', 'bad'],
  '?': ['lost', 'bad'],
};
const TONES = ['quiet', 'accent', 'good', 'busy', 'bad'] as const;
const WAVE = Array.from({ length: 60 }, (_, at) => 0.5 + 0.4 * Math.sin(at / 4));
const GAP = WAVE.map((value, at) => (at > 20 && at < 30 ? null : value));

export function Figures() {
  return (
    <>
      <Section title="Status: shape, word, colour, and why on hover">
        <Row>
          {Object.entries(SHAPES).map(([shape, [word, tone]]) => (
            <span key={shape} className="w-32">
              <StatusLabel status={{ shape: shape as Shape, word, tone, why: `${word}, in a sentence.` }} />
            </span>
          ))}
        </Row>
        <div className="grid w-fit grid-cols-[auto_1fr] gap-x-6">
          {CONTAINERS.map((container) => (
            <div key={container.id} className="contents">
              <span className="flex h-row items-center">{container.name}</span>
              <StatusMark container={container} />
            </div>
          ))}
        </div>
      </Section>
      <Section title="Badge, Spinner">
        <Row>
          {TONES.map((tone) => (
            <Badge key={tone} tone={tone}>
              {tone}
            </Badge>
          ))}
          <span className="w-40">
            <Badge>{LONG}</Badge>
          </span>
          <Badge>{EMOJI}</Badge>
          <Spinner />
        </Row>
      </Section>
      <Section title="Sparkline, Meter">
        <Row>
          <Sparkline values={WAVE} label="a wave" />
          <Sparkline values={GAP} max={1} label="a wave with a gap" tone="busy" />
          <Sparkline values={[0, 0, 0, 0]} label="nothing" />
          <Sparkline values={[3]} label="one value" />
          <Sparkline values={[null, null]} label="not measured" />
          <Sparkline values={WAVE} label="large" className="h-12 w-64" tone="good" />
        </Row>
        <div className="flex max-w-80 flex-col gap-2">
          <Meter value={0} max={1} label="nothing" />
          <Meter value={0.3} max={1} label="a third" tone="good" />
          <Meter value={0.8} max={1} label="much" tone="busy" />
          <Meter value={2} max={1} label="too much" tone="bad" />
        </div>
      </Section>
      <Section title="Figures">
        <p className="font-mono text-mono">
          {[bytes(4.2e6), rate(1536), percent(0.042), cpus(1.5), duration(200_000)].join(' · ')} ·{' '}
          {age('2026-03-04T11:57:00Z', Date.parse('2026-03-04T12:00:00Z'))} · {clock('2026-03-04T11:57:00Z')}
        </p>
      </Section>
    </>
  );
}
