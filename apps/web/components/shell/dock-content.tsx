import dynamic from 'next/dynamic';
import { useContainer } from '../../lib/connection';
import type { DockTab } from '../../lib/dock';
import { EmptyState } from '../ui/empty-state';

const LogView = dynamic(() => import('../log-view').then(({ LogView: view }) => view), { ssr: false });
const TerminalScreen = dynamic(
  () => import('../terminals/terminal-screen').then(({ TerminalScreen: screen }) => screen),
  { ssr: false },
);

/** What a tab of the dock shows; the emulator and the log are loaded with the first one. */
export function DockContent({ tab: { kind, container: of, session } }: { tab: DockTab }) {
  const container = useContainer(of.id);
  if (container === undefined) return null;
  if (container === null) return <EmptyState title={`${of.name} is gone`}>The box was removed.</EmptyState>;
  if (kind === 'logs') return <LogView container={container} />;
  return <TerminalScreen compact container={of} session={session ?? ''} />;
}
