import { Toast } from '@base-ui/react/toast';
import type { BoxError } from '@boxyard/spec';
import type { Tone } from './status';

/** What `components/ui/toasts.tsx` shows; made outside React so that any code can say something. */
export const toastManager = Toast.createToastManager<ToastData>();

export interface ToastData {
  tone: Tone;
  action?: { label: string; run: () => void } | undefined;
}

/** Good news goes by itself; time enough to read two lines and reach the button. */
const SHOWN_MS = 6_000;
/** 0: stays until it is dismissed. */
const STAYS = 0;

interface ToastOptions {
  title: string;
  hint?: string | undefined;
  /** `bad` stays until it is dismissed and is announced at once. */
  tone?: Tone | undefined;
  action?: { label: string; run: () => void } | undefined;
}

/** Says something that needs no answer. */
export function toast({ title, hint, tone = 'quiet', action }: ToastOptions): void {
  toastManager.add({
    title,
    description: hint,
    priority: tone === 'bad' ? 'high' : 'low',
    timeout: tone === 'bad' ? STAYS : SHOWN_MS,
    data: { tone, action },
  });
}

/** What went wrong and what to do about it, until it is dismissed. */
export function toastError(error: BoxError): void {
  toast({ title: error.message, hint: error.hint, tone: 'bad' });
}
