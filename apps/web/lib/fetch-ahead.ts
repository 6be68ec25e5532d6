/** After the page has what it shows: the rest of the dashboard must not be in the way of that. */
const QUIET_MS = 1_500;

/**
 * Puts every part of the dashboard into the browser's cache, so that a menu, another tab or another width of the window still works
 * while the agent that serves them is gone. Not for those who pay for each byte. Returns what calls it off.
 */
export function fetchAhead(): () => void {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  if (connection?.saveData) return () => {};
  const timer = setTimeout(() => void prefetchAll(), QUIET_MS);
  return () => clearTimeout(timer);
}

/** A failure costs nothing: what is wanted is loaded when it is wanted. */
async function prefetchAll(): Promise<void> {
  const chunks: unknown = await fetch('/chunks.json')
    .then((response) => response.json())
    .catch(() => []);
  for (const href of Array.isArray(chunks) ? chunks : []) {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'prefetch', as: href.endsWith('.css') ? 'style' : 'script', href });
    document.head.append(link);
  }
}
