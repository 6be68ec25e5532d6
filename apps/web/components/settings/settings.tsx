'use client';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { ComponentType } from 'react';
import { Page } from '../shell/page';
import { Tabs } from '../ui/tabs';
import { AppearanceSection } from './appearance-section';
import { AuditSection } from './audit-section';
import { DiagnosticsSection } from './diagnostics-section';
import { PasswordSection } from './password-section';
import { SessionsSection } from './sessions-section';

const TABS = ['signin', 'sessions', 'appearance', 'diagnostics', 'audit'] as const;
type Tab = (typeof TABS)[number];
const LABELS: Record<Tab, string> = {
  signin: 'Sign-in',
  sessions: 'Sessions',
  appearance: 'Appearance',
  diagnostics: 'Diagnostics',
  audit: 'Audit',
};
const SECTIONS: Record<Tab, ComponentType> = {
  signin: PasswordSection,
  sessions: SessionsSection,
  appearance: AppearanceSection,
  diagnostics: DiagnosticsSection,
  audit: AuditSection,
};

/** Who may come in, how it looks here, how the agent is. */
export function Settings() {
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(TABS).withDefault('signin'));
  const Shown = SECTIONS[tab];
  return (
    <Page title="Settings" bare>
      <Tabs
        label="Settings"
        items={TABS.map((value) => ({ value, label: LABELS[value] }))}
        value={tab}
        onChange={(next) => void setTab(next)}
        className="flex h-full min-h-0 flex-col pt-1"
      >
        <div className="h-full overflow-auto">
          <div className="max-w-5xl px-4 py-5">
            <Shown />
          </div>
        </div>
      </Tabs>
    </Page>
  );
}
