import type { ReactNode } from 'react';
import { TabTitle } from './page';
import { Mark } from './rail';

/** What is around the way in: no page, nothing of the yard. */
export function SignInFrame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <TabTitle title="Sign in" />
      <header className="flex h-11 items-center gap-2 border-line border-b bg-surface px-4 font-semibold tracking-tight">
        <Mark />
        Boxyard
      </header>
      <main className="flex-1">{children}</main>
    </div>
  );
}
