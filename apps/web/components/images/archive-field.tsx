import { useId } from 'react';
import { bytes, percent } from '../../lib/format';
import type { UploadProgress } from '../../lib/upload';
import { Meter } from '../ui/meter';

const ARCHIVES = '.tar,.tgz,.txz,.gz,.xz,.zst';

interface ArchiveFieldProps {
  file: File | null;
  choose: (file: File | null) => void;
  disabled: boolean;
  /** While no file is chosen. */
  hint?: string | undefined;
}

/** The file that is sent. */
export function ArchiveField({ file, choose, disabled, hint }: ArchiveFieldProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="w-fit font-medium">
        Archive
      </label>
      <input
        id={id}
        type="file"
        accept={ARCHIVES}
        disabled={disabled}
        onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)}
        className="w-full min-w-0 cursor-pointer rounded-box border border-edge border-dashed p-2 text-quiet file:mr-3 file:h-8 file:cursor-pointer file:rounded-box file:border file:border-rim file:border-solid file:bg-surface file:px-3 file:font-medium file:text-ink hover:border-edge-hover pointer-coarse:file:h-11"
      />
      <p className="text-quiet text-xs">{file ? `${file.name}, ${bytes(file.size)}` : hint}</p>
    </div>
  );
}

/** How much of it the agent has. */
export function SendingProgress({ sent, total }: UploadProgress) {
  const whole = total > 0 && sent >= total;
  const words = whole ? 'Sent; the agent unpacks the rest…' : `${bytes(sent)} of ${bytes(total)} sent`;
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex justify-between gap-3 text-quiet text-xs">
        <span role="status">{whole ? words : 'Sending…'}</span>
        {!whole && (
          <span>
            {words}, {percent(total > 0 ? sent / total : 0)}
          </span>
        )}
      </div>
      <Meter value={sent} max={total} label={words} />
    </div>
  );
}
