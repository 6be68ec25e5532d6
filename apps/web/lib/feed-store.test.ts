import type { ContainerView, EventView } from '@boxyard/api';
import { describe, expect, it, vi } from 'vitest';
import { EVENTS_HELD, FeedStore } from './feed-store.ts';

const box = (id: string, revision = 1) => ({ id, name: id, revision, state: 'running' }) as ContainerView;
const event = (sequence: number) => ({ sequence, action: 'start' }) as EventView;

function newStore() {
  const flushes: (() => void)[] = [];
  const store = new FeedStore({ schedule: (flush) => flushes.push(flush) });
  return { store, flushes, flush: () => flushes.splice(0).map((run) => run()) };
}

describe('messages of one frame', () => {
  it('are told once, however many', () => {
    const { store, flushes, flush } = newStore();
    const listener = vi.fn();
    store.subscribe(listener);
    store.receive({ type: 'snapshot', containers: [] });
    for (let index = 0; index < 1000; index++)
      store.receive({ type: 'container', container: box(`box-${index}`) });
    expect([flushes.length, listener.mock.calls.length]).toEqual([1, 0]);
    flush();
    expect([store.containers?.size, listener.mock.calls.length]).toEqual([1000, 1]);
  });

  it('that begin with a snapshot leave nothing of what was before', () => {
    const { store, flush } = newStore();
    store.receive({ type: 'container', container: box('old') });
    store.receive({ type: 'snapshot', containers: [box('new')] });
    flush();
    expect([...(store.containers?.keys() ?? [])]).toEqual(['new']);
  });
});

describe('who follows one container', () => {
  it('hears of that one only, and of its end', () => {
    const { store, flush } = newStore();
    store.receive({ type: 'snapshot', containers: [box('a'), box('b')] });
    flush();
    const listener = vi.fn();
    store.subscribeTo('a', listener);
    store.receive({ type: 'container', container: box('b', 2) });
    flush();
    expect(listener).not.toHaveBeenCalled();
    store.receive({ type: 'removed', id: 'a' });
    flush();
    expect([listener.mock.calls.length, store.containers?.has('a')]).toEqual([1, false]);
  });

  it('hears of the first snapshot also when it is not in it', () => {
    const { store, flush } = newStore();
    const listener = vi.fn();
    store.subscribeTo('nowhere', listener);
    store.receive({ type: 'snapshot', containers: [box('a')] });
    flush();
    expect(listener).toHaveBeenCalledOnce();
  });

  it('hears nothing of a snapshot that repeats it', () => {
    const { store, flush } = newStore();
    store.receive({ type: 'snapshot', containers: [box('a'), box('gone')] });
    flush();
    const before = store.containers?.get('a');
    const [listener, gone] = [vi.fn(), vi.fn()];
    store.subscribeTo('a', listener);
    store.subscribeTo('gone', gone);
    store.receive({ type: 'snapshot', containers: [box('a')] });
    flush();
    expect(store.containers?.get('a')).toBe(before);
    expect([listener.mock.calls.length, gone.mock.calls.length]).toEqual([0, 1]);
  });
});

describe('events', () => {
  it('are held in order, each once, the latest only', () => {
    const { store, flush } = newStore();
    store.receive({ type: 'event', event: event(3) });
    flush();
    store.addEvents([event(1), event(2), event(3)]);
    expect(store.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    for (let sequence = 4; sequence <= EVENTS_HELD + 10; sequence++)
      store.receive({ type: 'event', event: event(sequence) });
    flush();
    expect([store.events.length, store.events[0]?.sequence]).toEqual([EVENTS_HELD, 11]);
  });
});
