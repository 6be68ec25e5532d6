'use client';
import dynamic from 'next/dynamic';
import type { LogContainer } from '../../lib/logs/session';

export interface LogViewerProps {
  containers: readonly LogContainer[];
  /** In a dock: fewer controls, and nothing of it in the address. */
  compact?: boolean;
}

/** The log of a box, or of several merged by time. Fills its parent. */
export const LogViewer = dynamic<LogViewerProps>(() => import('./viewer').then(({ Viewer }) => Viewer), {
  ssr: false,
  loading: () => <div className="skeleton h-full bg-surface" />,
});
