import type { BoxError } from '@boxyard/spec';
import type { Tone } from './status';

export interface ToastOptions {
  title: string;
  hint?: string | undefined;
  /** `bad` stays until it is dismissed and is announced at once. */
  tone?: Tone | undefined;
  action?: { label: string; run: () => void } | undefined;
}

type Show = (toast: ToastOptions) => void;

let show: Show | undefined;
let waiting: ToastOptions[] = [];

/** Says something that needs no answer; kept until there is a place to show it. */
export function toast(options: ToastOptions): void {
  if (show) show(options);
  else waiting.push(options);
}

/** What went wrong and what to do about it, until it is dismissed. */
export function toastError(error: BoxError): void {
  toast({ title: error.message, hint: error.hint, tone: 'bad' });
}

/** Whoever shows toasts, given those that waited; until the returned function is called. */
export function showToasts(shower: Show): () => void {
  show = shower;
  for (const options of waiting) shower(options);
  waiting = [];
  return () => {
    show = undefined;
  };
}
