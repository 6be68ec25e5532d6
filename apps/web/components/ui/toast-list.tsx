import { Toast } from '@base-ui/react/toast';
import { useEffect } from 'react';
import type { Shape, Tone } from '../../lib/status';
import { showToasts, type ToastOptions } from '../../lib/toasts';
import { Button } from './button';
import { CloseIcon } from './icons';
import { ShapeMark, TONE_TEXT } from './status-mark';

type ToastData = Required<Pick<ToastOptions, 'tone'>> & Pick<ToastOptions, 'action'>;

const manager = Toast.createToastManager<ToastData>();
/** Time enough to read two lines and reach the button. */
const SHOWN_MS = 6_000;
/** 0: until it is dismissed. */
const STAYS = 0;

const SHAPES: Record<Tone, Shape> = { good: '●', busy: '◐', bad: '✕', quiet: '○' };
/** More would cover the page; older ones wait. */
const AT_ONCE = 4;

/** The toasts there are. F6 takes the keyboard there. */
export default function ToastList() {
  useEffect(() => showToasts(add), []);
  return (
    <Toast.Provider toastManager={manager} limit={AT_ONCE}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 left-4 z-60 flex flex-col gap-2 outline-none sm:left-auto sm:w-96">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function add({ title, hint, tone = 'quiet', action }: ToastOptions): void {
  manager.add({
    title,
    description: hint,
    priority: tone === 'bad' ? 'high' : 'low',
    timeout: tone === 'bad' ? STAYS : SHOWN_MS,
    data: { tone, action },
  });
}

function List() {
  const { toasts, close } = Toast.useToastManager<ToastData>();
  return toasts.map((toast) => {
    const { tone = 'quiet', action } = toast.data ?? {};
    return (
      <Toast.Root
        key={toast.id}
        toast={toast}
        swipeDirection={['right', 'down']}
        className="fade translate-x-(--toast-swipe-movement-x) rounded-box border border-line bg-surface shadow-pop data-limited:hidden"
      >
        <Toast.Content className="flex items-start gap-2.5 p-3">
          <span className={`mt-1 ${TONE_TEXT[tone]}`}>
            <ShapeMark shape={SHAPES[tone]} />
          </span>
          <div className="min-w-0 flex-1">
            <Toast.Title
              render={<p />}
              className="max-h-40 overflow-y-auto break-words font-medium first-letter:uppercase"
            />
            <Toast.Description className="mt-0.5 break-words text-quiet first-letter:uppercase" />
          </div>
          {action && (
            <Button
              size="small"
              onClick={() => {
                close(toast.id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <Toast.Close
            aria-label="Dismiss"
            className="-m-1 inline-flex size-6 shrink-0 items-center justify-center rounded-box text-quiet hover:bg-raised hover:text-ink pointer-coarse:-m-2 pointer-coarse:size-11"
          >
            <CloseIcon />
          </Toast.Close>
        </Toast.Content>
      </Toast.Root>
    );
  });
}
