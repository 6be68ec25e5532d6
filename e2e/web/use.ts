/** An hour of somebody at the dashboard, in as little time as a browser needs for it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Page } from '@playwright/test';

const PAGES = ['/', '/containers/', '/logs/', '/terminals/', '/images/', '/events/', '/tasks/', '/settings/'];

/** One round: every page, a box's logs, figures and terminal, and a tab that is closed in the middle of it. */
export async function lookAround(page: Page, box: string, round: number): Promise<void> {
  const { origin } = new URL(page.url());
  const open = async (path: string, shows: string, to: Page = page) => {
    await to.goto(origin + path);
    await to
      .getByTestId(shows)
      .or(to.getByText(shows, { exact: true }))
      .first()
      .waitFor();
  };
  await open(PAGES[round % PAGES.length] ?? '/', 'live');
  await open(`/containers/view/?id=${box}&tab=logs`, 'live');
  await open(`/containers/view/?id=${box}&tab=stats`, 'live');
  await open(`/containers/view/?id=${box}&tab=terminal`, 'terminal-state');
  const left = await page.context().newPage();
  await open(`/containers/view/?id=${box}&tab=terminal`, 'terminal-state', left);
  await left.close();
}

export interface Footprint {
  /** Open descriptors by what they lead to: `socket`, `/proc/1/cgroup/…`, `anon_inode:[eventfd]`. */
  descriptors: Record<string, number>;
  threads: number;
}

/** What a process holds now. */
export function footprint(pid: number): Footprint {
  const descriptors: Record<string, number> = {};
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const kind = kindOf(`/proc/${pid}/fd/${fd}`);
    if (kind) descriptors[kind] = (descriptors[kind] ?? 0) + 1;
  }
  return { descriptors, threads: readdirSync(`/proc/${pid}/task`).length };
}

function kindOf(link: string): string | undefined {
  try {
    return readlinkSync(link).replace(/:\[\d+\]$/, '');
  } catch {
    // Closed since the directory was read.
    return undefined;
  }
}

/** How often the main thread has woken up so far: a timer that somebody forgot shows here, on a busy host too. */
export function wakeUps(pid: number): number {
  const status = readFileSync(`/proc/${pid}/task/${pid}/status`, 'latin1');
  return Number(status.match(/^voluntary_ctxt_switches:\s+(\d+)/m)?.[1]);
}
