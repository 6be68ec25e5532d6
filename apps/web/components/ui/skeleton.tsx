/** Holds the place of what is loading, in its final size; shows after 150 ms, so that a quick answer flashes nothing. */
export function Skeleton({ className = 'h-4 w-full' }: { className?: string }) {
  return <span aria-hidden="true" className={`skeleton block rounded-[4px] bg-raised ${className}`} />;
}
