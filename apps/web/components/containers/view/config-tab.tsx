'use client';
import type { ContainerView } from '@boxyard/api';
import { type ContainerConfig, signalName } from '@boxyard/spec';
import { useQuery } from '@tanstack/react-query';
import { bytes } from '../../../lib/format';
import { queries } from '../../../lib/queries';
import { CopyButton } from '../../ui/copy-button';
import { Answer } from './answer';
import { Environment } from './environment';
import { Card, CardGrid, Fact, Facts } from './facts';
import { Mounts } from './mounts';

/** What the box was made with. It cannot be changed: a box with another wish is another box. */
export default function ConfigTab({ container: { id } }: { container: ContainerView }) {
  const query = useQuery(queries.details(id));
  return (
    <CardGrid>
      <Answer query={query} lines={12}>
        {({ config }) => (
          <>
            <Process config={config} />
            <Card title="Network and log">
              <Facts>
                <Fact label="Network">
                  {config.network === 'host'
                    ? 'host: it shares the network of this machine'
                    : 'none: nothing in, nothing out'}
                </Fact>
                <Fact label="Host name" mono>
                  {config.hostname}
                </Fact>
                {config.timezone && <Fact label="Time zone">{config.timezone}</Fact>}
                <Fact label="Log kept">
                  {`${config.log.maxFile} segments of ${bytes(config.log.maxSize)}, then the oldest goes`}
                </Fact>
              </Facts>
            </Card>
            <Card
              title="Environment"
              wide
              aside={<CopyButton text={config.env.join('\n')} label="Copy all variables" size="small" />}
            >
              <Environment entries={config.env} />
            </Card>
            <Card title="Files" wide>
              <Facts>
                <Fact label="Root" mono copy={rootOf(config)}>
                  {rootOf(config)}
                </Fact>
                <Fact label="Root is">{config.readonlyRoot ? 'read-only' : 'writable'}</Fact>
                <Fact label="/dev/shm">{bytes(config.shmSize)}</Fact>
              </Facts>
              <Mounts mounts={config.mounts} />
            </Card>
            <Security config={config} />
          </>
        )}
      </Answer>
    </CardGrid>
  );
}

/** Words as a shell would read them back. */
function words(list: readonly string[]): string {
  return list
    .map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

function rootOf({ root }: ContainerConfig): string {
  return root.kind === 'image' ? root.reference : root.path;
}

function Process({ config }: { config: ContainerConfig }) {
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  return (
    <Card title="Process">
      <Facts>
        <Fact label="Runs" mono copy={words(config.args)}>
          {words(config.args)}
        </Fact>
        <Fact label="Entrypoint" mono>
          {config.entrypoint.length > 0 ? words(config.entrypoint) : '–'}
        </Fact>
        <Fact label="Command" mono>
          {config.command.length > 0 ? words(config.command) : '–'}
        </Fact>
        <Fact label="Folder" mono>
          {config.workdir}
        </Fact>
        <Fact label="User">{config.user === '' ? 'root (0)' : config.user}</Fact>
        <Fact label="Terminal">{yes(config.tty)}</Fact>
        <Fact label="Input kept open">{yes(config.openStdin)}</Fact>
        <Fact label="Stops by">{`${signalName(config.stopSignal)}, after ${config.stopTimeout} s SIGKILL`}</Fact>
        <Fact label="Removes itself">{config.autoRemove ? 'yes, once it ended' : 'no'}</Fact>
      </Facts>
    </Card>
  );
}

function Security({
  config: { capabilities, noNewPrivileges, ulimits, umask },
}: {
  config: ContainerConfig;
}) {
  const limit = (value: number) => (value === -1 ? 'unlimited' : value.toLocaleString('en'));
  return (
    <Card title="Security and limits" wide>
      <Facts>
        <Fact label="New privileges">
          {noNewPrivileges ? 'refused: setuid programs gain nothing' : 'by setuid programs, as usual'}
        </Fact>
        <Fact label="Capabilities">
          {capabilities.length === 0 ? (
            'none'
          ) : (
            <ul className="flex flex-wrap gap-x-3 font-mono text-mono">
              {capabilities.map((name) => (
                <li key={name}>{name.replace(/^CAP_/, '').toLowerCase()}</li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact label="umask" mono>
          {umask.toString(8).padStart(4, '0')}
        </Fact>
        {ulimits.map(({ name, soft, hard }) => (
          <Fact key={name} label={`ulimit ${name}`}>
            {soft === hard ? limit(soft) : `${limit(soft)}, at most ${limit(hard)}`}
          </Fact>
        ))}
        {ulimits.length === 0 && <Fact label="ulimits">none of its own</Fact>}
      </Facts>
    </Card>
  );
}
