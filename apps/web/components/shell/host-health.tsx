import Link from 'next/link';
import { bytes, percent } from '../../lib/format';
import { useHostStats, useWatch } from '../../lib/stats';
import type { Tone } from '../../lib/status';
import { Meter } from '../ui/meter';

/** Above these shares of the host somebody should look. */
const BUSY_SHARE = 0.8;
const FULL_SHARE = 0.95;

/** CPU and memory of the host, always in sight where there is room. */
export function HostHealth() {
  useWatch({ host: true });
  const host = useHostStats();
  const cpu = host ? host.cpu / host.cpus : 0;
  const memory = host ? host.memory / host.memoryTotal : 0;
  return (
    <Link
      href="/"
      className={`flex items-center gap-4 rounded-box px-2 text-quiet text-xs hover:text-ink max-lg:hidden ${host ? '' : 'invisible'}`}
    >
      <Figure name="CPU" share={cpu} figure={percent(cpu)} width="w-8" />
      <Figure name="Memory" share={memory} figure={bytes(host?.memory)} width="w-14" />
      <span className="sr-only">of the host: to the overview</span>
    </Link>
  );
}

interface FigureProps {
  name: string;
  share: number;
  figure: string;
  /** Of the widest figure, so that a tick moves nothing. */
  width: string;
}

function Figure({ name, share, figure, width }: FigureProps) {
  return (
    <span className="flex items-center gap-2">
      {name}
      {/* For the eye: words and figure beside it say the same. */}
      <span aria-hidden="true">
        <Meter value={share} max={1} label={name} tone={toneOf(share)} className="w-10" />
      </span>
      <span className={`${width} text-right text-ink`}>{figure}</span>
    </span>
  );
}

function toneOf(share: number): Tone | 'accent' {
  if (share > FULL_SHARE) return 'bad';
  return share > BUSY_SHARE ? 'busy' : 'accent';
}
