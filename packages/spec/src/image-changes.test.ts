import { describe, expect, it, test } from 'vitest';
import type { ImageConfig } from './image.ts';
import { applyImageChanges } from './image-changes.ts';

const before: ImageConfig = {
  env: ['PATH=/usr/bin', 'A=1'],
  cmd: ['old'],
  workdir: '/srv',
  labels: { team: 'x' },
  exposedPorts: ['80/tcp'],
};

describe('changes of an image', () => {
  it.each<[string, Partial<ImageConfig>]>([
    ['CMD ["nginx", "-g", "daemon off;"]', { cmd: ['nginx', '-g', 'daemon off;'] }],
    ['cmd  echo $HOME | cat ', { cmd: ['/bin/sh', '-c', 'echo $HOME | cat'] }],
    ['CMD []', { cmd: [] }],
    ['ENV B=2', { env: ['PATH=/usr/bin', 'A=1', 'B=2'] }],
    [
      'ENV A=2 B="two words" C=three\\ words',
      { env: ['PATH=/usr/bin', 'A=2', 'B=two words', 'C=three words'] },
    ],
    ['ENV PATH=$PATH:/opt', { env: ['PATH=/usr/bin:/opt', 'A=1'] }],
    [
      `ENV B='$A' C="\${A}\\$" D=\${X:-none} E=\${A:+yes} F=$X.`,
      {
        env: ['PATH=/usr/bin', 'A=1', 'B=$A', 'C=1$', 'D=none', 'E=yes', 'F=.'],
      },
    ],
    ['ENV B many "words"', { env: ['PATH=/usr/bin', 'A=1', 'B=many words'] }],
    [
      'EXPOSE 80 443/tcp 53/UDP 8000-8002',
      {
        exposedPorts: ['80/tcp', '443/tcp', '53/udp', '8000/tcp', '8001/tcp', '8002/tcp'],
      },
    ],
    ['LABEL "a b"=c d=', { labels: { team: 'x', 'a b': 'c', d: '' } }],
    ['STOPSIGNAL SIGUSR1', { stopSignal: 'SIGUSR1' }],
    ['USER 1000:1000', { user: '1000:1000' }],
    ['VOLUME ["/data", "/a b/"]', { volumes: ['/data', '/a b'] }],
    ['VOLUME /data /logs', { volumes: ['/data', '/logs'] }],
    ['WORKDIR sub/../dir', { workdir: '/srv/dir' }],
    ['WORKDIR /', { workdir: '/' }],
  ])('%s', (line, after) => {
    expect(applyImageChanges(before, [line])).toEqual({ ...before, ...after });
  });

  it('come one after the other', () => {
    expect(applyImageChanges({}, ['ENV D=/x', 'WORKDIR $D', 'WORKDIR y'])).toEqual({
      env: ['D=/x'],
      workdir: '/x/y',
    });
  });

  it('an entrypoint drops the command that was meant for another', () => {
    expect(applyImageChanges(before, ['ENTRYPOINT ["run"]']).cmd).toBeUndefined();
    expect(applyImageChanges(before, ['CMD new', 'ENTRYPOINT ["run"]'])).toMatchObject({
      entrypoint: ['run'],
      cmd: ['/bin/sh', '-c', 'new'],
    });
  });
});

test.each([
  ['COMD x', '"COMD" is no change of an image', 'did you mean CMD?'],
  ['RUN make', '"RUN" is no change of an image', /use CMD, /],
  ['constructor x', '"constructor" is no change of an image', /use CMD, /],
  ['HEALTHCHECK NONE', 'HEALTHCHECK is not supported', /use CMD, /],
  ['', '"" is no change of an image', /use CMD, /],
  ['ENV', 'ENV says nothing', /KEY=VALUE/],
  ['ENV A', 'ENV: "A" has no value', /KEY=VALUE/],
  ['ENV A=1 B', 'ENV: "B" is no KEY=VALUE', /KEY=VALUE/],
  ['ENV A="1', 'a " is not closed in A="1', /another/],
  ['ENV A=${B', '${B is no variable', /\$\{NAME\}/],
  ['CMD [1]', 'CMD: [1] is no list of words', /CMD/],
  ['EXPOSE 0', 'EXPOSE: "0" is no port', /EXPOSE/],
  ['EXPOSE 70000', 'EXPOSE: "70000" is no port', /EXPOSE/],
  ['EXPOSE 9-8', 'EXPOSE: "9-8" is no port', /EXPOSE/],
  ['VOLUME data', 'VOLUME: "data" is no directory below /', /VOLUME/],
  ['USER a b', 'USER: "a b" is not one word', /USER/],
  ['STOPSIGNAL SIGWHAT', expect.stringContaining('SIGWHAT'), /./],
])('%s is refused', (line, message, hint) => {
  expect(() => applyImageChanges({}, [line])).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message,
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    }),
  );
});
