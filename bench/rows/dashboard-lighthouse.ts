import lighthouse, { desktopConfig } from 'lighthouse';
import { anyBrowser, type SignedIn, signedInBrowser } from '../browser.ts';
import { median } from '../measure.ts';
import type { Row } from '../table.ts';
import type { World } from '../world.ts';

/** Scores move by the noise of the host. */
const RUNS = 3;
const COMPLAINTS_SHOWN = 3;
const BARS = { performance: 98, accessibility: 100, 'best-practices': 100 } as const;
type Category = keyof typeof BARS;
const CATEGORIES = Object.keys(BARS) as Category[];

/** What Lighthouse says of the sign-in page, the Overview and the list with ten boxes, at a desktop's speed. */
export async function lighthouseRows(world: World): Promise<Row[]> {
  const ids = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const { id } = await world.call<{ id: string }>('containers.create', {
        image: 'busybox',
        name: `judged-${index}`,
        command: ['sleep', '1000000'],
      });
      return id;
    }),
  );
  for (const container of ids.slice(0, 5)) await world.call('containers.start', { container });
  const rows: Row[] = [];
  await using signedOut = await anyBrowser(world);
  const { origin } = new URL((await world.call<{ url: string }>('system.signInLink', undefined)).url);
  rows.push(...(await judge(signedOut, `${origin}/signin/`)));
  await signedOut[Symbol.asyncDispose]();
  await using signedIn = await signedInBrowser(world);
  for (const path of ['/', '/containers/']) rows.push(...(await judge(signedIn, origin + path)));
  for (const container of ids) await world.call('containers.remove', { container, force: true });
  return rows;
}

async function judge({ debuggingPort }: SignedIn, address: string): Promise<Row[]> {
  const scores: Record<Category, number[]> = { performance: [], accessibility: [], 'best-practices': [] };
  const complaints = new Map<Category, string[]>();
  for (let run = 0; run < RUNS; run++) {
    const result = await lighthouse(
      address,
      // The session is in the storage, which is cleared otherwise.
      { port: debuggingPort, disableStorageReset: true, onlyCategories: CATEGORIES, logLevel: 'error' },
      desktopConfig,
    );
    if (!result) throw new Error(`Lighthouse says nothing of ${address}`);
    const { categories, audits, runtimeError } = result.lhr;
    if (runtimeError) throw new Error(`Lighthouse: ${runtimeError.code}: ${runtimeError.message}`);
    for (const category of CATEGORIES) {
      scores[category].push(Math.round((categories[category]?.score ?? 0) * 100));
      const lost = (categories[category]?.auditRefs ?? [])
        .map(({ id, weight }) => ({ id, points: weight * (1 - (audits[id]?.score ?? 1)) }))
        .filter(({ points }) => points >= 1)
        .sort((a, b) => b.points - a.points)
        .map(({ id, points }) => `${id} ${audits[id]?.displayValue ?? ''} (-${points.toFixed(0)})`);
      complaints.set(category, [...(complaints.get(category) ?? []), ...lost]);
    }
  }
  return CATEGORIES.map((category) => ({
    what: `Lighthouse ${category} of ${new URL(address).pathname}`,
    figure: String(median(scores[category])),
    peer: (complaints.get(category) ?? []).slice(0, COMPLAINTS_SHOWN).join(', '),
    bar: `≥ ${BARS[category]}`,
    reached: median(scores[category]) >= BARS[category],
  }));
}
