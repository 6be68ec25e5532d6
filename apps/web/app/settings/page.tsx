import { Page } from '../../components/shell/page';

export default function SettingsPage() {
  return <Page title="Settings" />;
}
