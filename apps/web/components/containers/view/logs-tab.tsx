'use client';
import type { ContainerView } from '@boxyard/api';
import { useMemo } from 'react';
import { LogViewer } from '../../logs/log-viewer';

export default function LogsTab({ container: { id, name } }: { container: ContainerView }) {
  const containers = useMemo(() => [{ id, name }], [id, name]);
  return <LogViewer containers={containers} />;
}
