import type { ReactNode } from 'react';

/** The icons of the dashboard: 16 px, lines of 1.5 px in the text's colour, always beside words or in something that has a name. */
function icon(drawing: ReactNode) {
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each icon, when the module loads
  return function Icon({ className = '' }: { className?: string }) {
    return (
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        className={`size-4 shrink-0 ${className}`}
      >
        {drawing}
      </svg>
    );
  };
}

const line = (path: string) => icon(<path d={path} />);

export const BoxIcon = line('M8 1.75 13.5 4.75v6.5L8 14.25l-5.5-3v-6.5zM2.5 4.75 8 7.75l5.5-3M8 7.75v6.5');
export const OverviewIcon = icon(
  <>
    <rect x="2" y="2" width="5" height="7" rx="1" />
    <rect x="9.5" y="2" width="4.5" height="4" rx="1" />
    <rect x="2" y="11.5" width="5" height="2.5" rx="1" />
    <rect x="9.5" y="8.5" width="4.5" height="5.5" rx="1" />
  </>,
);
export const LogsIcon = line('M2.5 3.75h11M2.5 6.75h7.5M2.5 9.75h9.5M2.5 12.75h5');
export const TerminalIcon = icon(
  <>
    <rect x="1.75" y="2.5" width="12.5" height="11" rx="1.5" />
    <path d="m4.5 6 2 2-2 2M8.5 10.5h3" />
  </>,
);
export const ImageIcon = line('M8 2 14 5 8 8 2 5zM2 8l6 3 6-3M2 11l6 3 6-3');
export const VolumeIcon = line(
  'M13.5 4c0 1.1-2.46 2-5.5 2s-5.5-.9-5.5-2S4.96 2 8 2s5.5.9 5.5 2zM2.5 4v8c0 1.1 2.46 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.46 2 5.5 2s5.5-.9 5.5-2',
);
export const EventsIcon = line('M1.5 8.5h3l2-5.5 3 10 2-4.5h3');
export const BellIcon = line(
  'M8 2a4 4 0 0 0-4 4v2.5L2.75 11h10.5L12 8.5V6a4 4 0 0 0-4-4zM6.5 13.25a1.6 1.6 0 0 0 3 0',
);
export const TasksIcon = line('m2 4 1.25 1.25L5.5 3M2 11l1.25 1.25L5.5 10M8 4.25h6M8 11.25h6');
export const SettingsIcon = line('M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14M10.25 2.75v3.5M5.75 9.75v3.5');
export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.25" />
    <path d="m10.25 10.25 3.25 3.25" />
  </>,
);
export const PlusIcon = line('M8 3v10M3 8h10');
export const PlayIcon = line('M4.5 2.75v10.5L13 8z');
export const StopIcon = icon(<rect x="3.5" y="3.5" width="9" height="9" rx="1" />);
export const PauseIcon = line('M5.5 3v10M10.5 3v10');
export const RestartIcon = line('M13 8a5 5 0 1 1-1.5-3.55L13 6M13 2.75V6H9.75');
export const TrashIcon = line('M2.5 4.25h11M6 4V2.5h4V4M4 4.5l.6 9h6.8l.6-9M6.75 7v4M9.25 7v4');
export const MoreIcon = icon(
  <g fill="currentColor" stroke="none">
    <circle cx="3.25" cy="8" r="1.25" />
    <circle cx="8" cy="8" r="1.25" />
    <circle cx="12.75" cy="8" r="1.25" />
  </g>,
);
export const CloseIcon = line('m4 4 8 8M12 4l-8 8');
export const ChevronDownIcon = line('m4 6.25 4 4 4-4');
export const ChevronUpIcon = line('m4 9.75 4-4 4 4');
export const ChevronLeftIcon = line('m9.75 4-4 4 4 4');
export const ChevronRightIcon = line('m6.25 4 4 4-4 4');
export const CheckIcon = line('m3 8.5 3.25 3.25L13 4.75');
export const CopyIcon = icon(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M3.5 10.5h-.25A.75.75 0 0 1 2.5 9.75V3.25a.75.75 0 0 1 .75-.75h6.5a.75.75 0 0 1 .75.75v.25" />
  </>,
);
export const DownloadIcon = line('M8 2.5v7.25M4.75 6.75 8 10l3.25-3.25M2.75 13.25h10.5');
export const UploadIcon = line('M8 10V2.75M4.75 5.75 8 2.5l3.25 3.25M2.75 13.25h10.5');
export const FilterIcon = line('M2 4h12M4.25 8h7.5M6.5 12h3');
export const SunIcon = icon(
  <>
    <circle cx="8" cy="8" r="2.75" />
    <path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7" />
  </>,
);
export const MoonIcon = line('M13.25 9.5A5.75 5.75 0 0 1 6.5 2.75a5.5 5.5 0 1 0 6.75 6.75z');
export const MonitorIcon = icon(
  <>
    <rect x="1.75" y="2.5" width="12.5" height="8.5" rx="1.25" />
    <path d="M8 11v2.5M5 13.5h6" />
  </>,
);
export const WarningIcon = line('M8 2.25 14.5 13.5h-13zM8 6.5v3M8 11.5v.01');
export const SidebarIcon = icon(
  <>
    <rect x="1.75" y="2.5" width="12.5" height="11" rx="1.5" />
    <path d="M6 2.5v11" />
  </>,
);
export const DockIcon = icon(
  <>
    <rect x="1.75" y="2.5" width="12.5" height="11" rx="1.5" />
    <path d="M2 9.5h12" />
  </>,
);
