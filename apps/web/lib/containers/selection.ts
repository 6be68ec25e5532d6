/** Which rows are ticked, and where a range begins. */
export interface Selection {
  ids: ReadonlySet<string>;
  anchor: string | null;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), anchor: null };

/** Ticks or unticks one row; the next range begins there. */
export function toggle({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Ticks everything between the anchor and `id` in the order on the screen; without an anchor there only `id`. */
export function selectRange(selection: Selection, id: string, order: readonly string[]): Selection {
  const to = order.indexOf(id);
  const anchor = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const from = anchor === -1 ? to : anchor;
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...range]), anchor: selection.anchor ?? id };
}

/** All of those on the screen, or none when all of them are ticked already. */
export function toggleAll({ ids, anchor }: Selection, order: readonly string[]): Selection {
  const all = order.length > 0 && order.every((id) => ids.has(id));
  return all ? NOTHING_SELECTED : { ids: new Set(order), anchor };
}
