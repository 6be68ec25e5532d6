import { expect, it } from 'vitest';
import { madeBy } from './made-by.ts';

it.each([
  ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
  [
    '/bin/sh -c apt-get update &&     apt-get install -y curl',
    'RUN apt-get update && apt-get install -y curl',
  ],
  ['RUN /bin/sh -c apk add git # buildkit', 'RUN apk add git'],
  ['COPY /app /app # buildkit', 'COPY /app /app'],
  ['box commit web', 'box commit web'],
  [null, ''],
])('%s is shown as %s', (line, shown) => {
  expect(madeBy(line)).toBe(shown);
});
