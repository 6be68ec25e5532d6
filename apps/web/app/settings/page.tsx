'use client';
import dynamic from 'next/dynamic';

/** Loaded when it is first shown, not with every page's first load. */
const Settings = dynamic(
  () => import('../../components/settings/settings').then((module) => module.Settings),
  { ssr: false },
);

export default function SettingsPage() {
  return <Settings />;
}
