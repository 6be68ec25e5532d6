import { Toast } from '@base-ui/react/toast';
import type { Shape, Tone } from '../../lib/status';
import { type ToastData, toastManager } from '../../lib/toasts';
import { Button } from './button';
import { CloseIcon } from './icons';
import { ShapeMark, TONE_TEXT } from './status-mark';

const SHAPES: Record<Tone, Shape> = { good: '●', busy: '◐', bad: '✕', quiet: '○' };
/** More would cover the page; older ones wait. */
const AT_ONCE = 4;

/** Where toasts appear, once in the app. F6 takes the keyboard there. */
export function Toasts() {
  return (
    <Toast.Provider toastManager={toastManager} limit={AT_ONCE}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 left-4 z-60 flex flex-col gap-2 outline-none sm:left-auto sm:w-96">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts, close } = Toast.useToastManager<ToastData>();
  return toasts.map((toast) => {
    const { tone, action } = toast.data ?? { tone: 'quiet' as const };
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
