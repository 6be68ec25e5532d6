import { type BoxError, isMissingImage, parsePlatform, platformFit } from '@boxyard/spec';
import { api, boxErrorOf } from '../../lib/api';
import type { Draft } from './draft';

/** What a box is to be made from, as `--pull` and `--platform` ask for it. */
export interface ImageWish {
  image: string;
  platform?: string;
}

export function wishOf({ line: { image, flags } }: Draft): ImageWish {
  const platform = flags.platform?.at(-1);
  return { image, ...(platform ? { platform } : {}) };
}

/** Whether the registry is asked before anything else: always, or because the one that is here is for other machines. */
export async function pullsFirst(draft: Draft): Promise<boolean> {
  const { image, platform } = wishOf(draft);
  const when = whenOf(draft);
  if (image === '' || when === 'never') return false;
  if (when === 'always') return true;
  if (platform === undefined) return false;
  try {
    const here = await api.images.inspect.query({ image });
    return platformFit(parsePlatform(platform), here.platform) === 0;
  } catch (error) {
    return isMissingImage(boxErrorOf(error), image);
  }
}

/** Whether that error is one that a pull may mend. */
export function pullsMissing(error: BoxError, draft: Draft): boolean {
  return whenOf(draft) === 'missing' && isMissingImage(error, draft.line.image);
}

function whenOf({ line }: Draft): string {
  return line.flags.pull?.at(-1) ?? 'missing';
}
