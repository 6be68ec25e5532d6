import type { ImageView } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { api, boxErrorOf } from './api';
import { sessionHeaders } from './session';

export interface UploadProgress {
  /** Bytes the agent has taken, of so many. */
  sent: number;
  total: number;
}

interface Upload {
  file: File;
  onProgress(progress: UploadProgress): void;
  signal: AbortSignal;
}
interface ImportUpload extends Upload {
  /** `name[:tag]`. */
  name: string;
  command?: string[] | undefined;
}

/** Sends an archive to the agent, which makes an image of it while it comes. Rejects with the agent's BoxError, or CANCELLED. */
export async function importImage(upload: ImportUpload): Promise<ImageView> {
  const { name, command, signal } = upload;
  const request = { source: { kind: 'upload' }, name, ...(command?.length ? { command } : {}) } as const;
  return (await upTo(api.images.import.mutate(request, { signal }), upload)) as ImageView;
}

/** Sends an archive of saved images (docker-archive or OCI layout) to the agent. Rejects with the agent's BoxError, or CANCELLED. */
export async function loadImages(upload: Upload): Promise<ImageView[]> {
  const { signal } = upload;
  const asked = api.images.load.mutate({ source: { kind: 'upload' } }, { signal });
  return (await upTo(asked, upload)) as ImageView[];
}

/** Sends an archive to the agent, which unpacks it over what is in the volume. Rejects with the agent's BoxError, or CANCELLED. */
export async function importVolume(upload: Upload & { volume: string }): Promise<void> {
  const { volume, signal } = upload;
  await upTo(api.volumes.import.mutate({ volume }, { signal }), upload);
}

async function upTo(asked: Promise<{ transfer: string } | object>, upload: Upload): Promise<unknown> {
  const answer = await asked.catch((error: unknown) => {
    throw upload.signal.aborted ? cancelled() : boxErrorOf(error);
  });
  if (!('transfer' in answer)) throw new BoxError('INTERNAL', 'the agent wants no upload');
  return send(answer.transfer, upload.file, upload);
}

/** fetch tells no progress of what it sends. */
function send(path: string, file: File, { onProgress, signal }: Upload): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [key, value] of Object.entries(sessionHeaders())) request.setRequestHeader(key, value);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => onProgress({ sent: loaded, total: file.size });
    request.onload = () => {
      const body = bodyOf(request.responseText);
      if (request.status < 400) resolve(body);
      else reject(body ? BoxError.from(body) : lost());
    };
    request.onerror = () => reject(lost());
    request.onabort = () => reject(cancelled());
    signal.addEventListener('abort', () => request.abort(), { once: true });
    if (signal.aborted) reject(cancelled());
    else request.send(file);
  });
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const cancelled = () => new BoxError('CANCELLED', 'the upload was cancelled');
const lost = () =>
  new BoxError('UNAVAILABLE', 'the connection broke while the archive was sent', {
    hint: 'nothing was kept of it; try again',
  });

/** `Debian Rootfs.tar.gz` → `debian-rootfs`: a name for an image that its archive suggests. */
export function imageNameOf(fileName: string): string {
  return fileName
    .toLowerCase()
    .replace(/\.(tar|tgz|txz|tzst)?(\.(gz|xz|zst|zstd|bz2))?$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '')
    .replace(/[._-]{2,}/g, '-');
}
