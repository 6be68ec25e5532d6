import { BoxError } from '@boxyard/spec';
import { Button } from '../../components/ui/button';
import { Code } from '../../components/ui/code';
import { EmptyState } from '../../components/ui/empty-state';
import { ErrorState } from '../../components/ui/error-state';
import { Skeleton } from '../../components/ui/skeleton';
import { HUGE, Section, TEXTS } from './sample';

const none = () => undefined;
const OFFLINE = new BoxError('UNAVAILABLE', 'the agent does not answer', {
  hint: 'start it with: npm run up',
});

export function States() {
  return (
    <>
      <Section title="Empty">
        <EmptyState
          title="No boxes yet"
          action={<Button variant="primary">New box</Button>}
          command="box run -it --name hello busybox sh"
        >
          A box is a container: a program with its own files, processes and network.
        </EmptyState>
      </Section>
      <Section title="Loading">
        <div className="flex flex-col gap-2">
          <Skeleton className="h-4 w-40" />
          <Skeleton />
          <Skeleton className="h-24 w-full" />
        </div>
      </Section>
      <Section title="Error, offline">
        <ErrorState error={OFFLINE} retry={none} />
        <ErrorState error={new BoxError('INTERNAL', HUGE)} />
        <ErrorState error={OFFLINE} compact />
      </Section>
      <Section title="Code and texts that break layouts">
        <Code copy>box run -it --name hello busybox sh</Code>
        {Object.entries(TEXTS).map(([name, text]) => (
          <Code key={name} copy wrap={name === '10 kB'}>
            {text}
          </Code>
        ))}
      </Section>
    </>
  );
}
