import type { LayerFile } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { bytes } from '../../../lib/format';
import { modeWords } from '../../../lib/images/mode';
import { queries } from '../../../lib/queries';
import { Answer } from '../../containers/view/answer';
import { Button } from '../../ui/button';
import { ChevronDownIcon, ChevronRightIcon } from '../../ui/icons';

interface DirectoryProps {
  image: string;
  diffId: string;
  /** Absolute, `/` for the top. */
  path?: string;
}

/** Entries drawn at once: a directory may have ten thousands. */
const SHOWN = 200;
const KINDS: Partial<Record<LayerFile['kind'], string>> = {
  symlink: 'link',
  device: 'device',
  fifo: 'FIFO',
  whiteout: 'deleted here',
};

/** The files of a layer: each directory is asked for when it is opened. */
export function LayerTree({ image, diffId, path = '/' }: DirectoryProps) {
  const query = useQuery(queries.layerFiles(image, diffId, path));
  const [shown, setShown] = useState(SHOWN);
  return (
    <Answer query={query} lines={2}>
      {(files) =>
        files.length === 0 ? (
          <p className="text-quiet text-xs">Empty.</p>
        ) : (
          <ul className="flex flex-col">
            {files.slice(0, shown).map((file) => (
              <Entry key={file.name} file={file} image={image} diffId={diffId} path={path} />
            ))}
            {files.length > shown && (
              <li>
                <Button size="small" onClick={() => setShown(shown + SHOWN)}>
                  {files.length - shown} more
                </Button>
              </li>
            )}
          </ul>
        )
      }
    </Answer>
  );
}

function Entry({ file, image, diffId, path }: Required<DirectoryProps> & { file: LayerFile }) {
  const { name, kind, bytes: size, mode, uid, gid, target } = file;
  const [open, setOpen] = useState(false);
  const directory = kind === 'directory';
  const gone = kind === 'whiteout';
  const label = <bdi className={gone ? 'line-through' : ''}>{name}</bdi>;
  return (
    <li className="min-w-0">
      <div className="flex min-h-7 min-w-0 items-center gap-3 text-xs hover:bg-raised">
        <span className="flex min-w-0 flex-1 items-center gap-1 font-mono text-mono">
          {directory ? (
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="inline-flex min-w-0 items-center gap-1 hover:text-accent pointer-coarse:min-h-11"
            >
              {open ? <ChevronDownIcon /> : <ChevronRightIcon />}
              <span className="truncate">{label}/</span>
            </button>
          ) : (
            <span
              className={`truncate pl-5 ${gone ? 'text-bad' : ''}`}
              title={target ? `${name} → ${target}` : name}
            >
              {label}
              {target !== undefined && <span className="text-quiet"> → {target}</span>}
            </span>
          )}
        </span>
        {KINDS[kind] && <span className={`shrink-0 ${gone ? 'text-bad' : 'text-quiet'}`}>{KINDS[kind]}</span>}
        {!gone && (
          <>
            <span className="shrink-0 font-mono text-quiet max-sm:hidden">{modeWords(mode)}</span>
            <span className="w-20 shrink-0 text-right text-quiet max-md:hidden">
              {uid}:{gid}
            </span>
          </>
        )}
        <span className="w-20 shrink-0 text-right text-quiet">{kind === 'file' ? bytes(size) : ''}</span>
      </div>
      {open && (
        <div className="ml-2 border-line border-l pl-3">
          <LayerTree image={image} diffId={diffId} path={`${path === '/' ? '' : path}/${name}`} />
        </div>
      )}
    </li>
  );
}
