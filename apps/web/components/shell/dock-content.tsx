import dynamic from 'next/dynamic';
import { useContainer } from '../../lib/connection';
import type { DockTab } from '../../lib/dock';
import { LogViewer } from '../logs/log-viewer';
import { EmptyState } from '../ui/empty-state';

const TerminalScreen = dynamic(
  () => import('../terminals/terminal-screen').then(({ TerminalScreen: screen }) => screen),
  { ssr: false },
);

/** What a tab of the dock shows; the emulator and the log are loaded with the first one. */
export function DockContent({ tab: { kind, container: of, session } }: { tab: DockTab }) {
  const container = useContainer(of.id);
  if (container === undefined) return null;
  if (container === null) return <EmptyState title={`${of.name} is gone`}>The box was removed.</EmptyState>;
  if (kind === 'logs') return <LogViewer compact containers={[of]} />;
  return <TerminalScreen compact container={of} session={session ?? ''} />;
}
