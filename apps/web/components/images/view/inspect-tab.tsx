import type { ImageDetails } from '@boxyard/api';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { imageName } from '../../../lib/images/names';
import { TextSearch } from '../../containers/view/text-search';
import { Segments } from '../../ui/segments';

const PARTS = ['config', 'manifest'] as const;
const TITLES = { config: 'Config', manifest: 'Manifest' };
const WORDS = {
  config: 'The configuration, whose digest is the image’s id.',
  manifest: 'The manifest as a registry has it: its digest pins everything.',
};

/** The two documents that the image is. */
export default function InspectTab({ image }: { image: ImageDetails }) {
  const [part, setPart] = useQueryState('part', parseAsStringLiteral(PARTS).withDefault('config'));
  return (
    <div className="flex h-full min-h-0 flex-col gap-2 p-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Segments label="Document" values={PARTS} value={part} onChange={(next) => void setPart(next)}>
          {(one) => TITLES[one]}
        </Segments>
        <p className="text-quiet">{WORDS[part]}</p>
      </div>
      <TextSearch
        text={JSON.stringify(image.documents[part], null, 2)}
        label={`${TITLES[part]} of ${imageName(image)}`}
      />
    </div>
  );
}
