import { type ComponentProps, useEffect, useRef, useState } from 'react';

interface ScrollBoxProps extends ComponentProps<'div'> {
  /** Its name for screen readers while it can be scrolled. */
  label: string;
}

/** Scrolls what does not fit, by keyboard too: it takes the focus, but only while there is something to scroll. */
export function ScrollBox({ label, children, ...rest }: ScrollBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () =>
      setScrolls(element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} {...(scrolls ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})} {...rest}>
      {children}
    </div>
  );
}
