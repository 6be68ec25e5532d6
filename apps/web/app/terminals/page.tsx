import { Page } from '../../components/shell/page';

export default function TerminalsPage() {
  return <Page title="Terminals" />;
}
