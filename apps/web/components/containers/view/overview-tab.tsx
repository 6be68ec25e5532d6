'use client';
import type { ContainerView } from '@boxyard/api';
import { humanizeAge, isAlive } from '@boxyard/spec';
import { useQuery } from '@tanstack/react-query';
import { type ContainerTab, shortId } from '../../../lib/containers/links';
import { bytes, clock, cpus } from '../../../lib/format';
import { useNow } from '../../../lib/now';
import { queries } from '../../../lib/queries';
import { useLiveStats, useWatch } from '../../../lib/stats';
import { statusOf } from '../../../lib/status';
import { Button } from '../../ui/button';
import { Sparkline } from '../../ui/sparkline';
import { sinceInWords } from '../cells';
import { LogGlance } from '../log-glance';
import { Card, CardGrid, Fact, Facts } from './facts';
import { Processes } from './processes';
import { RecentEvents } from './recent-events';

interface OverviewTabProps {
  container: ContainerView;
  show: (tab: ContainerTab) => void;
}

const LOG_LINES = 10;

/** How it is, why, what it does now and what it said last. */
export function OverviewTab({ container, show }: OverviewTabProps) {
  const { id, state, labels } = container;
  const alive = isAlive(state);
  useWatch({ containers: alive ? [id] : [] });
  const entries = Object.entries(labels);
  return (
    <CardGrid>
      <State container={container} />
      <Figures container={container} show={show} />
      <Card
        title="Last log lines"
        wide
        aside={
          <Button size="small" onClick={() => show('logs')}>
            All logs
          </Button>
        }
      >
        <LogGlance container={container} lines={LOG_LINES} />
      </Card>
      {alive && (
        <Card title="Processes" wide>
          <Processes container={container} />
        </Card>
      )}
      <Card title="Recent events">
        <RecentEvents container={id} />
      </Card>
      <Card title="Labels">
        {entries.length === 0 ? (
          <p className="text-quiet">None. Set some with --label key=value when it is made.</p>
        ) : (
          <div className="max-h-64 overflow-y-auto">
            <Facts>
              {entries.map(([key, value]) => (
                <Fact key={key} label={<bdi>{key}</bdi>} copy={`${key}=${value}`}>
                  <span className="line-clamp-3">
                    <bdi>{value.slice(0, LABEL_CHARACTERS)}</bdi>
                  </span>
                </Fact>
              ))}
            </Facts>
          </div>
        )}
      </Card>
    </CardGrid>
  );
}

/** Of a label's value; all of it can be copied. */
const LABEL_CHARACTERS = 400;

function State({ container }: { container: ContainerView }) {
  const { id, state, image, command, createdAt, startedAt, finishedAt, pid, network } = container;
  const now = useNow(1000);
  const { data: details } = useQuery(queries.details(id));
  const alive = isAlive(state);
  const moment = (time: string) => (
    <time dateTime={time} title={time}>
      {clock(time)} <span className="text-quiet">({humanizeAge(time, now)})</span>
    </time>
  );
  return (
    <Card title="State">
      <p className="mb-3 break-words [overflow-wrap:anywhere]">{statusOf(container).why}</p>
      <Facts>
        {alive && <Fact label="Up">{sinceInWords(container, now)}</Fact>}
        <Fact label="Created">{moment(createdAt)}</Fact>
        {startedAt && <Fact label="Started">{moment(startedAt)}</Fact>}
        {finishedAt && !alive && <Fact label="Ended">{moment(finishedAt)}</Fact>}
        <Fact label="Restarts">{String(details?.restartCount ?? '–')}</Fact>
        <Fact label="Image">{image}</Fact>
        <Fact label="Command" mono copy={command.join(' ')}>
          <span className="line-clamp-3">
            <bdi>{command.join(' ')}</bdi>
          </span>
        </Fact>
        <Fact label="Network">{network}</Fact>
        {pid !== null && <Fact label="PID on the host">{String(pid)}</Fact>}
        <Fact label="ID" mono copy={id}>
          {shortId(id)}
        </Fact>
        {details && (
          <>
            <Fact label="Log folder" mono clipped copy={details.logDirectory}>
              {details.logDirectory}
            </Fact>
            <Fact label="Cgroup" mono clipped copy={details.cgroup}>
              {details.cgroup}
            </Fact>
          </>
        )}
      </Facts>
    </Card>
  );
}

function Figures({ container, show }: OverviewTabProps) {
  const stats = useLiveStats(container.id);
  const alive = isAlive(container.state);
  const figures = [
    { label: 'CPU', now: stats && cpus(stats.cpu), values: stats?.history.cpu, max: 1 },
    { label: 'Memory', now: stats && bytes(stats.memory), values: stats?.history.memory, max: 0 },
  ];
  return (
    <Card
      title="Now"
      aside={
        <Button size="small" onClick={() => show('stats')}>
          Statistics
        </Button>
      }
    >
      {alive ? (
        <div className="flex flex-col gap-4">
          {figures.map(({ label, now, values, max }) => (
            <div key={label}>
              <p className="mb-1 flex items-baseline justify-between">
                <span className="text-quiet">{label}, last minute</span>
                <span className="font-medium text-title">{now ?? '–'}</span>
              </p>
              <Sparkline
                values={values ?? []}
                max={Math.max(max, ...(values ?? [])) * SPARK_HEADROOM}
                label={`${label} of ${container.name} over the last minute, now ${now ?? 'unknown'}`}
                className="h-16 w-full"
              />
            </div>
          ))}
          <p className="text-quiet">
            {stats ? `${stats.processes} ${stats.processes === 1 ? 'process' : 'processes'}` : '\u00a0'}
          </p>
        </div>
      ) : (
        <p className="text-quiet">
          It does not run, so it uses nothing but disk. What it used is in the statistics.
        </p>
      )}
    </Card>
  );
}

/** A line at its own maximum still has air above it. */
const SPARK_HEADROOM = 1.15;
