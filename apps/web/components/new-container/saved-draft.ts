import type { Draft } from './draft';

const KEY = 'boxyard.new-container';

interface Saved {
  /** What the page was opened with: a draft belongs to one preset. */
  source: string;
  draft: Draft;
}

/** What was typed before this page was loaded again. */
export function savedDraft(source: string): Draft | undefined {
  try {
    const saved = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Saved | null;
    return saved?.source === source ? saved.draft : undefined;
  } catch {
    return undefined;
  }
}

export function saveDraft(source: string, draft: Draft): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ source, draft } satisfies Saved));
  } catch {
    // The browser keeps nothing (full, or forbidden): a reload forgets, which harms nobody now.
  }
}

export function forgetDraft(): void {
  sessionStorage.removeItem(KEY);
}
