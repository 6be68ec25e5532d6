import type { ReactNode } from 'react';

export const LONG =
  'registry.example.com/a-team/with-a-very-long-name/service-that-does-everything:2026.03.04-rc.17';
export const RIGHT_TO_LEFT = 'صندوق قاعدة البيانات';
export const EMOJI = '👩🏽‍💻 build 🧱 النتيجة 日本語';
const TEN_KB = 10_240;
export const HUGE = 'error: no such file or directory; '.repeat(Math.ceil(TEN_KB / 34));

/** Texts that break layouts. */
export const TEXTS = { 'a long name': LONG, 'right to left': RIGHT_TO_LEFT, emoji: EMOJI, '10 kB': HUGE };

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-3">
      <h2 className="font-medium text-label text-quiet">{title}</h2>
      {children}
    </section>
  );
}

export function Row({ children }: { children: ReactNode }) {
  return <div className="flex min-w-0 flex-wrap items-center gap-2">{children}</div>;
}
