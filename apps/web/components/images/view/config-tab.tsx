import type { ImageDetails } from '@boxyard/api';
import { Environment } from '../../containers/view/environment';
import { Card, CardGrid, Fact, Facts } from '../../containers/view/facts';
import { CopyButton } from '../../ui/copy-button';

/** Of a label's value; all of it can be copied. */
const LABEL_CHARACTERS = 400;

/** What a box of it runs and has when it is told nothing else. */
export default function ConfigTab({ image: { config } }: { image: ImageDetails }) {
  const { env = [], labels = {}, exposedPorts = [], volumes = [], stopSignal, user, workdir } = config;
  const entries = Object.entries(labels);
  const line = (words: readonly string[] | undefined) => words?.map((word) => JSON.stringify(word)).join(' ');
  return (
    <CardGrid>
      <Card title="Process">
        <Facts>
          <Words label="Entrypoint" text={line(config.entrypoint)} />
          <Words label="Command" text={line(config.cmd)} />
          <Words label="User" text={user} none="root" />
          <Words label="Directory" text={workdir} none="/" />
          <Words label="Stop signal" text={stopSignal} none="SIGTERM" />
        </Facts>
      </Card>
      <Card title="Ports and volumes">
        <Facts>
          <Words label="Ports" text={exposedPorts.join(', ')} />
          <Words label="Volumes" text={volumes.join(', ')} />
        </Facts>
      </Card>
      <Card
        title="Environment"
        wide
        aside={env.length > 0 && <CopyButton text={env.join('\n')} label="Copy all variables" size="small" />}
      >
        <Environment entries={env} />
      </Card>
      <Card title="Labels" wide>
        {entries.length === 0 ? (
          <p className="text-quiet">None.</p>
        ) : (
          <Facts>
            {entries.map(([key, value]) => (
              <Fact key={key} label={<bdi>{key}</bdi>} copy={`${key}=${value}`}>
                <span className="line-clamp-3">
                  <bdi>{value.slice(0, LABEL_CHARACTERS)}</bdi>
                </span>
              </Fact>
            ))}
          </Facts>
        )}
      </Card>
    </CardGrid>
  );
}

function Words({ label, text, none = 'none' }: { label: string; text: string | undefined; none?: string }) {
  return text ? (
    <Fact label={label} mono copy={text}>
      {text}
    </Fact>
  ) : (
    <Fact label={label}>
      <span className="text-quiet">{none}</span>
    </Fact>
  );
}
