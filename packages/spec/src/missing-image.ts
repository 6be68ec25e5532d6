import { BoxError } from './errors.ts';
import { parseImageReference } from './image.ts';

/** Whether an answer of the agent means: this image is not here, and its name is one that a registry can know. Then a pull may help. */
export function isMissingImage(error: unknown, image: string): error is BoxError {
  return (
    error instanceof BoxError &&
    error.code === 'NOT_FOUND' &&
    error.details?.reference === image &&
    parseImageReference(image) !== undefined
  );
}
