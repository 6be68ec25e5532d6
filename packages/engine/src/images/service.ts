import type { ImageService, ImageView, ImportRequest } from '@boxyard/api';
import { BoxError, type Image, type ImageConfig } from '@boxyard/spec';
import { assertOpen, type EngineContext } from '../context.ts';
import { commitContainer } from './commit.ts';
import { imageDetails } from './details.ts';
import { layerFiles } from './layer-files.ts';
import { load } from './load.ts';
import { pruneImages } from './prune.ts';
import { pullImage } from './pull.ts';
import { pushImage } from './push.ts';
import { saveImages } from './save.ts';
import { verifyImages } from './verify.ts';
import { imageViews, usersOf } from './view.ts';

/** Images as procedures see them: the store, with events and the containers that use them. */
export function imageService(engine: EngineContext): ImageService {
  const tell = (action: string, image: { id: string; name: string }) => {
    engine.events.add({ type: 'image', action, ...image });
  };
  const viewOf = (image: Image) => imageViews(engine, [image])[0] as ImageView;
  const nameOf = ({ id, tags }: Image) => tags[0] ?? id;
  const imported = (image: Image) => {
    tell('import', { id: image.id, name: nameOf(image) });
    return viewOf(image);
  };
  const onWarning = (message: string) => engine.logger.warn(message);

  return {
    async list() {
      return imageViews(engine, engine.images.list());
    },
    async inspect(reference) {
      return viewOf(engine.images.resolve(reference));
    },
    async importPath(path, request) {
      assertOpen(engine);
      const wish = { name: request.name, config: configOf(request) };
      return (await engine.images.importPath(path, wish, { onWarning })).map(imported);
    },
    async importStream(body, request, signal) {
      assertOpen(engine);
      if (request.name === undefined) {
        throw new BoxError('INVALID_ARGUMENT', 'an uploaded archive needs a name', {
          hint: 'box import - NAME',
        });
      }
      const wish = { name: request.name, config: configOf(request) };
      return imported(
        await engine.images.importStream(body, wish, { onWarning, ...(signal ? { signal } : {}) }),
      );
    },
    async tag(reference, tag) {
      assertOpen(engine);
      const image = await engine.images.tag(reference, tag);
      tell('tag', { id: image.id, name: tag });
    },
    async remove(reference, { force }) {
      assertOpen(engine);
      const { id } = engine.images.resolve(reference);
      const result = await engine.images.remove(reference, {
        force,
        inUse: (image) => usersOf(engine, image),
      });
      for (const name of result.untagged) tell('untag', { id, name });
      for (const deleted of result.deleted) tell('delete', { id: deleted, name: reference });
      return result;
    },
    details: (reference) => imageDetails(engine, reference, viewOf),
    layerFiles: (request) => layerFiles(engine, request),
    pull: async (request) => pullImage(engine, request),
    push: async (request) => pushImage(engine, request),
    async save(request) {
      return saveImages(engine, request);
    },
    loadPath: (path) => load(engine, { kind: 'path', path }, { viewOf }),
    loadStream: (chunks, signal) => load(engine, { kind: 'stream', chunks }, { viewOf, signal }),
    async commit(request) {
      const image = await commitContainer(engine, request);
      tell('commit', { id: image.id, name: nameOf(image) });
      return viewOf(image);
    },
    prune: (request) => pruneImages(engine, request),
    verify: async (reference) => verifyImages(engine, reference),
  };
}

function configOf({ command, entrypoint, env, workdir, user }: ImportRequest): Partial<ImageConfig> {
  return {
    ...(command === undefined ? {} : { cmd: command }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(env === undefined ? {} : { env }),
    ...(workdir === undefined ? {} : { workdir }),
    ...(user === undefined ? {} : { user }),
  };
}
