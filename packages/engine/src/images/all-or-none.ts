/**
 * Does the same to each item, at most so many at once, in their order. The first failure aborts the others' signal; it is thrown when all
 * have ended, so that nothing goes on behind the caller's back.
 */
export async function allOrNone<T>(
  items: readonly T[],
  options: { most: number; signal: AbortSignal },
  act: (item: T, index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  let failure: { error: unknown } | undefined;
  const next = items.entries();
  const work = async () => {
    for (const [index, item] of next) {
      if (signal.aborted) return;
      try {
        await act(item, index, signal);
      } catch (error) {
        failure ??= { error };
        failed.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.most, items.length) }, work));
  options.signal.throwIfAborted();
  if (failure) throw failure.error;
}
