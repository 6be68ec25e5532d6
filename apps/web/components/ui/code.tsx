import { CopyButton } from './copy-button';
import { ScrollBox } from './scroll-box';

interface CodeProps {
  children: string;
  /** Offers to copy it. */
  copy?: boolean | undefined;
  /** Long lines break instead of scrolling. */
  wrap?: boolean | undefined;
}

/** A command or a piece of output, as it is. */
export function Code({ children, copy = false, wrap = false }: CodeProps) {
  return (
    <div className="relative min-w-0 rounded-box border border-line bg-raised">
      <ScrollBox
        label="Code"
        className={`overflow-x-auto rounded-box px-3 py-1.5 ${copy ? 'mr-9 pointer-coarse:mr-11 pointer-coarse:py-2.5' : ''}`}
      >
        <code
          className={`block font-mono text-ink text-mono leading-5 ${wrap ? 'whitespace-pre-wrap break-words' : 'w-max whitespace-pre'}`}
        >
          {children}
        </code>
      </ScrollBox>
      {copy && (
        <span className="absolute top-1 right-1 pointer-coarse:-top-px pointer-coarse:right-0">
          <CopyButton text={children} label="Copy" size="small" />
        </span>
      )}
    </div>
  );
}
