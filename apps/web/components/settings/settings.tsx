'use client';
import dynamic from 'next/dynamic';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { ComponentType } from 'react';
import { Page } from '../shell/page';
import { Tabs } from '../ui/tabs';

const TABS = ['signin', 'sessions', 'registries', 'appearance', 'diagnostics', 'audit'] as const;
type Tab = (typeof TABS)[number];
const LABELS: Record<Tab, string> = {
  signin: 'Sign-in',
  sessions: 'Sessions',
  registries: 'Registries',
  appearance: 'Appearance',
  diagnostics: 'Diagnostics',
  audit: 'Audit',
};
/** Loaded when first shown: forms and tables that most visits do not need. */
const SECTIONS: Record<Tab, ComponentType> = {
  signin: dynamic(() => import('./password-section').then(({ PasswordSection }) => PasswordSection)),
  sessions: dynamic(() => import('./sessions-section').then(({ SessionsSection }) => SessionsSection)),
  registries: dynamic(() =>
    import('./registries-section').then(({ RegistriesSection }) => RegistriesSection),
  ),
  appearance: dynamic(() =>
    import('./appearance-section').then(({ AppearanceSection }) => AppearanceSection),
  ),
  diagnostics: dynamic(() =>
    import('./diagnostics-section').then(({ DiagnosticsSection }) => DiagnosticsSection),
  ),
  audit: dynamic(() => import('./audit-section').then(({ AuditSection }) => AuditSection)),
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
