/** A key, or a sequence of keys with spaces between: `g c`. */
export function Kbd({ children, className = '' }: { children: string; className?: string }) {
  return (
    <span className={`inline-flex gap-0.5 ${className}`}>
      {children.split(' ').map((key, index) => (
        <kbd
          // biome-ignore lint/suspicious/noArrayIndexKey: the same key may come twice, and a sequence never changes
          key={index}
          className="inline-flex h-4 min-w-4 items-center justify-center rounded-[4px] border border-line bg-raised px-1 font-sans text-label text-quiet leading-none"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
