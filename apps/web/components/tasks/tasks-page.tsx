import { Page } from '../shell/page';
import { TaskList } from './task-list';

/** Pulls, pushes and other long work as a page of their own. */
export function TasksPage() {
  return (
    <Page title="Tasks">
      <div className="max-w-3xl px-4 pb-6">
        <TaskList />
      </div>
    </Page>
  );
}
