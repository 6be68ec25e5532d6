import { dismissToast, useToasts } from '../lib/toasts';

export function Toasts() {
  const toasts = useToasts();
  return (
    <div
      aria-live="assertive"
      className="fixed right-4 bottom-4 left-4 z-20 flex flex-col gap-2 sm:left-auto sm:w-96"
    >
      {toasts.map(({ id, title, hint }) => (
        <div
          key={id}
          role="alert"
          className="flex gap-3 rounded-box border border-line bg-surface p-3 shadow-lg"
        >
          <span aria-hidden className="text-bad">
            ✕
          </span>
          <div className="min-w-0 flex-1">
            <p className="break-words font-medium">{title}</p>
            {hint && <p className="mt-0.5 break-words text-quiet">{hint}</p>}
          </div>
          <button
            type="button"
            onClick={() => dismissToast(id)}
            className="self-start text-quiet hover:text-ink"
            aria-label="Dismiss"
          >
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
