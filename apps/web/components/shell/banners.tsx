import type { ConnectionState } from '@boxyard/api/client';
import { type ReactNode, useEffect, useState } from 'react';
import type { Way } from '../../lib/agent-connect';
import { reconnect, retryNow, useYard } from '../../lib/connection';
import { clock } from '../../lib/format';
import { Button } from '../ui/button';
import { ShapeMark } from '../ui/status-mark';

/** An agent that restarts, or a proxy that cuts an idle connection, is back before anybody need know. */
const SILENT_MS = 2_000;
const SECOND_MS = 1_000;
/** Which dashboard this page is (next.config.ts). */
const OWN_BUILD = process.env.BOXYARD_WEB_BUILD;

/** Between top bar and page: what is wrong with the connection, what that means, and the one thing to do about it. */
export function Banners() {
  const { connection, lostAt, way } = useYard();
  const gone = useGone(lostAt);
  return (
    <>
      <div
        aria-hidden="true"
        className={`h-0.5 shrink-0 ${gone ? 'bg-busy' : 'bg-transparent'} -mt-0.5 z-10`}
      />
      <div role="status">
        {gone && lostAt !== null && <Gone since={lostAt} connection={connection} />}
        {connection.status === 'closed' && connection.reason && (
          <Banner action={<Act label="Connect again" run={reconnect} />}>
            The connection ended: {connection.reason.message}.
          </Banner>
        )}
        {connection.status === 'open' && <Slow way={way} />}
        {connection.status === 'open' && connection.web && connection.web !== OWN_BUILD && (
          <Banner action={<Act label="Reload" run={() => location.reload()} />}>
            A newer dashboard is here.
          </Banner>
        )}
      </div>
    </>
  );
}

function Gone({ since, connection }: { since: number; connection: ConnectionState }) {
  const now = useTicks();
  const seconds = connection.status === 'lost' ? Math.ceil((connection.retryAt - now) / SECOND_MS) : 0;
  const from = clock(new Date(since).toISOString());
  return (
    <Banner action={<Act label="Try now" run={retryNow} />}>
      The agent has not been reachable since {from}. Boxes go on; what you see is from then.{' '}
      {/* Not for ears: it would be read out every second. */}
      <span aria-hidden="true" className="text-quiet">
        {seconds > 0 ? `Tries again in ${seconds} s.` : 'Trying…'}
      </span>
    </Banner>
  );
}

function Slow({ way }: { way: Way }) {
  if (way === 'websocket') return null;
  return (
    <Banner action={<Act label="Try again" run={reconnect} />}>
      {way === 'stream'
        ? 'Live updates come over a slower way: a proxy blocks WebSockets. Terminals and live logs need it.'
        : 'A proxy blocks WebSockets and holds back live updates: boxes are asked for every 5 s. Terminals and live logs do not work.'}
    </Banner>
  );
}

function Banner({ children, action }: { children: ReactNode; action: ReactNode }) {
  return (
    <div className="flex items-center gap-3 border-line border-b bg-busy-soft px-4 py-1.5">
      <span className="text-busy">
        <ShapeMark shape="▲" />
      </span>
      <p className="min-w-0 flex-1">{children}</p>
      {action}
    </div>
  );
}

function Act({ label, run }: { label: string; run: () => void }) {
  return (
    <Button size="small" onClick={run}>
      {label}
    </Button>
  );
}

/** Whether it has been away for so long that it is worth a word. */
function useGone(lostAt: number | null): boolean {
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (lostAt === null) {
      setGone(false);
      return;
    }
    const timer = setTimeout(() => setGone(true), Math.max(0, lostAt + SILENT_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [lostAt]);
  return gone && lostAt !== null;
}

function useTicks(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
