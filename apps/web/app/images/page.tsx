import { Page } from '../../components/shell/page';

export default function ImagesPage() {
  return <Page title="Images" />;
}
