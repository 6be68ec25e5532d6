import { Page } from '../../components/shell/page';

export default function EventsPage() {
  return <Page title="Events" />;
}
