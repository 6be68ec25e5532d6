import { useState } from 'react';

/** Where the focus goes when what had it is gone: to the start of the page's content, from where Tab goes on. */
export function focusPage(): void {
  pageElement()?.focus({ preventScroll: true });
}

function pageElement(): HTMLElement | null {
  return document.getElementById('page');
}

const FLOATING = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]';
/** What had the focus last that does not float: the menu whose item opened a dialog is gone when the dialog closes. */
let ground: HTMLElement | null = null;
if (typeof document !== 'undefined') {
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement && !target.closest(FLOATING)) ground = target;
  });
}

/** For what floats: gives the element that gets the focus when it closes. */
export function useReturnFocus(open: boolean): () => HTMLElement | null {
  const [wasOpen, setWasOpen] = useState(false);
  const [opener, setOpener] = useState<Element | null>(null);
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setOpener(document.activeElement);
  }
  return () => [opener, ground].find(canTakeFocus) ?? pageElement();
}

function canTakeFocus(element: Element | null): element is HTMLElement {
  return (
    element instanceof HTMLElement &&
    element.isConnected &&
    element !== document.body &&
    !element.closest('[role=menu]') &&
    element.checkVisibility()
  );
}
