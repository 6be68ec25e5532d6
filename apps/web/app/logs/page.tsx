import { Page } from '../../components/shell/page';

export default function LogsPage() {
  return <Page title="Logs" />;
}
