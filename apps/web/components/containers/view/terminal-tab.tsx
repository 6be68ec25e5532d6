'use client';
import type { ContainerView } from '@boxyard/api';
import { TerminalPanel } from '../../terminals/terminal-panel';

export default function TerminalTab({ container }: { container: ContainerView }) {
  return <TerminalPanel container={container} />;
}
