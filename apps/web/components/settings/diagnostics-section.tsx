import type { DoctorCheck, InfoView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../../lib/connection';
import { bytes, duration } from '../../lib/format';
import { queries } from '../../lib/queries';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { connectionFacts, reportText } from './report';
import { Facts, Section } from './section';

const SECOND_MS = 1_000;
const TONES = { ok: 'good', warning: 'busy', missing: 'bad' } as const;

/** What this host has and lacks, how the agent is, and a report of it for whoever is asked for help. */
export function DiagnosticsSection() {
  const info = useQuery(queries.info());
  const version = useQuery(queries.version());
  const doctor = useQuery(queries.doctor());
  const connection = useConnection();
  const facts = connectionFacts(connection);
  const failed = [info, version, doctor].find(({ error }) => error);
  const refresh = () => {
    for (const query of [info, version, doctor]) void query.refetch();
  };
  if (failed?.error) return <ErrorState error={failed.error} retry={refresh} />;
  const report =
    info.data && version.data && doctor.data
      ? reportText({ info: info.data, version: version.data, doctor: doctor.data, connection: facts })
      : null;
  return (
    <div className="flex flex-col gap-10">
      <Section
        title="This host"
        about="What the agent found, and what each thing that is missing costs."
        actions={
          <>
            <Button onClick={refresh} busy={doctor.isFetching || info.isFetching}>
              Look again
            </Button>
            {report && (
              <span className="inline-flex items-center gap-1 text-quiet">
                <CopyButton text={report} label="Copy report" />
                Copy report
              </span>
            )}
          </>
        }
      >
        {doctor.data ? <Checks checks={doctor.data.checks} /> : <Skeleton className="h-64 w-full" />}
      </Section>
      <Section title="Agent">
        {info.data && version.data ? (
          <Facts
            facts={[
              ['Version', `${version.data.version}, build ${version.data.build}`],
              ['Protocol', String(version.data.protocol)],
              ['Node', version.data.node],
              ...agentFacts(info.data),
            ]}
          />
        ) : (
          <Skeleton className="h-40 w-full" />
        )}
      </Section>
      <Section title="This connection">
        <Facts facts={facts} />
      </Section>
    </div>
  );
}

function agentFacts({ agent, uptimeSeconds, root, run, kernel, os }: InfoView): [string, string][] {
  const { p50, p99, max } = agent.eventLoopDelayMs;
  return [
    ['Process', `${agent.pid}, up ${duration(uptimeSeconds * SECOND_MS)}`],
    ['Memory', bytes(agent.rssBytes)],
    ['Event loop', `${p50.toFixed(1)} ms median, ${p99.toFixed(1)} ms p99, ${max.toFixed(0)} ms longest`],
    ['System', `${os}, kernel ${kernel}`],
    ['Folders', `${root}, ${run}`],
  ];
}

function Checks({ checks }: { checks: readonly DoctorCheck[] }) {
  return (
    <ul className="flex flex-col">
      {checks.map(({ id, title, status, found, advice }) => (
        <li
          key={id}
          className="grid grid-cols-[4.5rem_12rem_1fr] gap-x-3 border-line border-b py-1.5 max-sm:grid-cols-[4.5rem_1fr]"
        >
          <span>
            <Badge tone={TONES[status]}>{status}</Badge>
          </span>
          <span className="font-medium">{title}</span>
          <span className="min-w-0 break-words max-sm:col-start-2">
            {found}
            {advice && <span className="block text-quiet">{advice}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
