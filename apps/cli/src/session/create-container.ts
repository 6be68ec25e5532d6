/** Making a box for `run` and `create`, with its image from a registry where it is not here. */
import type { ContainerView, CreateInput } from '@boxyard/api';
import { BoxError, isMissingImage, parsePlatform, platformFit } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { taskDisplay } from '../tasks/progress.ts';
import { pullImage } from '../tasks/pull-image.ts';

/** When the registry is asked for the image (`--pull`). */
const PULL = ['missing', 'always', 'never'] as const;
type Pull = (typeof PULL)[number];

export interface ImageWish {
  pull?: string;
  platform?: string;
}

/**
 * Creates a container; what is missing of its image is pulled with progress on stderr. An image that is here costs no further question.
 * @throws BoxError NOT_FOUND when the image is neither here nor to be had
 */
export async function createContainer(
  agent: Agent,
  request: CreateInput & { id: string },
  { pull: when = 'missing', platform }: ImageWish,
): Promise<ContainerView> {
  const pull = checkPull(when);
  const create = () => agent.persistently(() => agent.mutate('containers.create', request));
  const { image } = request;
  if (image === undefined) return create();
  const fetch = () => pullImage(agent, { image, platform }, taskDisplay({}, 2));
  if (pull === 'always') await fetch();
  else if (platform !== undefined && !(await isHere(agent, image, platform))) {
    if (pull === 'never') {
      throw new BoxError('NOT_FOUND', `there is no image '${image}' for ${platform} here`, {
        hint: `box pull --platform ${platform} ${image}`,
      });
    }
    await fetch();
  }
  try {
    return await create();
  } catch (error) {
    if (pull !== 'missing' || !isMissingImage(error, image)) throw error;
    await fetch().catch((failure: unknown) => {
      throw neitherHereNorThere(image, error, failure);
    });
    return create();
  }
}

function checkPull(text: string): Pull {
  const known = PULL.find((word) => word === text);
  if (known) return known;
  throw new BoxError('INVALID_ARGUMENT', `--pull: "${text}" is no time to pull`, {
    hint: `use ${PULL.join(', ')}`,
  });
}

async function isHere(agent: Agent, image: string, platform: string): Promise<boolean> {
  const wanted = parsePlatform(platform);
  try {
    const here = await agent.query('images.inspect', { image });
    return platformFit(wanted, here.platform) > 0;
  } catch (error) {
    if (isMissingImage(error, image)) return false;
    throw error;
  }
}

/** A slip of the finger in a name that is here, and a registry that says no, look the same: both are told. */
function neitherHereNorThere(image: string, here: BoxError, failure: unknown): BoxError {
  const there = BoxError.from(failure);
  if (there.code === 'CANCELLED') return there;
  const near = here.details?.nearest;
  const hint = typeof near === 'string' ? `did you mean '${near}'?` : there.hint;
  return new BoxError(
    there.code,
    `there is no image '${image}' here, and none could be pulled: ${there.message}`,
    {
      ...(hint === undefined ? {} : { hint }),
      cause: failure,
    },
  );
}
