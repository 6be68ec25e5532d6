import type { ImageDetails } from '@boxyard/api';
import { age, bytes } from '../../../lib/format';
import { madeBy } from '../../../lib/images/made-by';
import { useNow } from '../../../lib/now';

/** How the image came to be, the latest first. */
export default function HistoryTab({ image: { history } }: { image: ImageDetails }) {
  const now = useNow();
  if (history.length === 0) {
    return <p className="p-4 text-quiet">Its configuration says nothing about how it was made.</p>;
  }
  return (
    <div className="h-full overflow-y-auto">
      <table className="w-full table-fixed text-left max-sm:block">
        <thead className="sticky top-0 bg-canvas text-quiet max-sm:hidden">
          <tr>
            <th scope="col" className="h-8 border-line border-b pl-4 font-medium">
              Made by
            </th>
            <th scope="col" className="h-8 w-24 border-line border-b px-3 text-right font-medium">
              Size
            </th>
            <th scope="col" className="h-8 w-28 border-line border-b px-4 text-right font-medium">
              Created
            </th>
          </tr>
        </thead>
        <tbody className="max-sm:block">
          {history
            .toReversed()
            .map(({ createdAt, createdBy, comment, author, bytes: size, emptyLayer }, index) => (
              <tr
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
                key={index}
                className="border-line border-b align-top max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:gap-x-3 max-sm:px-4 max-sm:py-2"
              >
                <td className="py-1.5 pl-4 max-sm:col-span-2 max-sm:p-0">
                  <p className="break-words font-mono text-mono [overflow-wrap:anywhere]">
                    {madeBy(createdBy) || '–'}
                  </p>
                  {(comment || author) && (
                    <p className="break-words text-quiet text-xs">
                      {[comment, author].filter(Boolean).join(' · ')}
                    </p>
                  )}
                </td>
                <td className="whitespace-nowrap px-3 py-1.5 text-right max-sm:p-0 max-sm:text-left">
                  {emptyLayer ? <span className="text-quiet">no layer</span> : bytes(size)}
                </td>
                <td className="whitespace-nowrap px-4 py-1.5 text-right text-quiet max-sm:p-0">
                  <time dateTime={createdAt ?? undefined} title={createdAt ?? undefined}>
                    {age(createdAt, now)}
                    {createdAt && ' ago'}
                  </time>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
