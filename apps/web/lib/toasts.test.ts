import { BoxError } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { showToasts, type ToastOptions, toast, toastError } from './toasts';

test('what is said before there is a place for it is shown when there is one, once', () => {
  const shown: ToastOptions[] = [];
  toastError(new BoxError('UNAVAILABLE', 'the agent does not answer', { hint: 'start it' }));
  showToasts((options) => shown.push(options))();
  showToasts((options) => shown.push(options));
  toast({ title: 'Removed cache' });
  expect(shown).toEqual([
    { title: 'the agent does not answer', hint: 'start it', tone: 'bad' },
    { title: 'Removed cache' },
  ]);
});
