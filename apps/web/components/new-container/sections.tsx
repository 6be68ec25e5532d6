/** What some boxes need, in parts that open. */
import type { FlagName } from '@boxyard/api/run-command';
import { type ReactNode, useEffect, useState } from 'react';
import { Badge } from '../ui/badge';
import { Checkbox } from '../ui/checkbox';
import { Field } from '../ui/field';
import { ChevronRightIcon } from '../ui/icons';
import { Select } from '../ui/select';
import { Switch } from '../ui/switch';
import { Capabilities } from './capabilities';
import { SwitchFlag, TextFlag } from './fields';
import { useForm } from './form';
import { MountRows, PairRows, TextRows, TmpfsRows } from './rows';

interface SectionProps {
  title: string;
  /** What is in it, so that nobody opens it in vain. */
  about: string;
  flags: readonly FlagName[];
  children: ReactNode;
}

/** Opens by itself when something in it is wrong. */
function Section({ title, about, flags, children }: SectionProps) {
  const { values, problems } = useForm();
  const [open, setOpen] = useState(false);
  const given = flags.filter((name) =>
    values(name).some((value) => value !== '' || name === 'entrypoint'),
  ).length;
  const wrong = problems.some(({ field }) => (flags as readonly string[]).includes(field));
  useEffect(() => {
    if (wrong) setOpen(true);
  }, [wrong]);
  return (
    <details
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      className="group border-line border-t"
    >
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 py-2 [&::-webkit-details-marker]:hidden">
        <ChevronRightIcon className="shrink-0 text-quiet transition-transform duration-100 group-open:rotate-90" />
        <span className="shrink-0 font-medium">{title}</span>
        <span className="min-w-0 flex-1 truncate text-quiet group-open:invisible">{about}</span>
        {given > 0 && <Badge tone={wrong ? 'bad' : 'accent'}>{given} set</Badge>}
      </summary>
      <div className="flex flex-col gap-4 pb-5 sm:pl-6">{children}</div>
    </details>
  );
}

const PAIR = 'grid gap-4 sm:grid-cols-2';

export function Sections() {
  return (
    <div className="border-line border-b">
      <Section
        title="Files"
        about="volumes, directories of the host, memory, read-only root"
        flags={['volume', 'mount', 'tmpfs', 'volumes-from', 'read-only', 'shm-size', 'rootfs']}
      >
        <MountRows />
        <TmpfsRows />
        <TextRows
          name="volumes-from"
          title="Mounts of other boxes"
          add="Add a box"
          itemLabel="Box with mounts"
          placeholder="web or web:ro"
        />
        <TextRows
          name="mount"
          title="Mounts in words"
          add="Add mount"
          itemLabel="Mount"
          placeholder="type=volume,source=data,target=/data"
        />
        <SwitchFlag
          name="read-only"
          label="Root file system read-only"
          hint="Only the places above can be written to."
        />
        <div className={PAIR}>
          <TextFlag name="shm-size" label="Size of /dev/shm" placeholder="64m" />
          <TextFlag
            name="rootfs"
            label="Root from a directory"
            hint="Instead of an image"
            placeholder="/srv/root"
          />
        </div>
      </Section>
      <Section
        title="Process"
        about="user, directory, entrypoint, stop, limits"
        flags={[
          'user',
          'workdir',
          'entrypoint',
          'hostname',
          'umask',
          'tz',
          'stop-signal',
          'stop-timeout',
          'ulimit',
        ]}
      >
        <div className={PAIR}>
          <TextFlag
            name="user"
            label="User"
            hint="user or user:group, names or numbers"
            placeholder="the image's"
          />
          <TextFlag name="workdir" label="Working directory" placeholder="the image's" />
          <Entrypoint />
          <TextFlag name="hostname" label="Host name" placeholder="the name of the box" />
          <TextFlag name="stop-signal" label="Stop signal" placeholder="the image's, else SIGTERM" />
          <TextFlag name="stop-timeout" label="Time to stop" hint="Then it is killed" placeholder="10s" />
          <TextFlag name="tz" label="Time zone" placeholder="UTC" />
          <TextFlag name="umask" label="Umask" placeholder="022" />
        </div>
        <SwitchFlag
          name="interactive"
          label="Keep standard input open"
          hint="What is typed reaches it, with or without a terminal."
        />
        <TextRows
          name="ulimit"
          title="Limits of its processes"
          add="Add limit"
          itemLabel="Limit"
          placeholder="nofile=1024:4096"
        />
      </Section>
      <Section
        title="Network and rights"
        about="network, capabilities, no new privileges"
        flags={['network', 'security-opt', 'cap-add', 'cap-drop']}
      >
        <Network />
        <NoNewPrivileges />
        <Capabilities />
      </Section>
      <Section
        title="Labels, log and end"
        about="labels, size of the log, removal"
        flags={['label', 'log-opt', 'rm']}
      >
        <PairRows name="label" title="Labels" add="Add label" keyLabel="Label" />
        <TextRows
          name="log-opt"
          title="Log"
          add="Add log option"
          itemLabel="Log option"
          placeholder="max-size=16m"
          hint="max-size of a segment (16m) and max-file, how many are kept (4)."
        />
        <SwitchFlag name="rm" label="Remove the box when it ends" hint="Its files and its log go with it." />
      </Section>
    </div>
  );
}

/** `--entrypoint ''` is not the same as none: it takes the image's away. */
function Entrypoint() {
  const { values, setFlag } = useForm();
  const cleared = values('entrypoint')[0] === '';
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      {!cleared && <TextFlag name="entrypoint" label="Entrypoint" placeholder="the image's" />}
      <Checkbox
        label="Run the command without the image's entrypoint"
        checked={cleared}
        onChange={(on) => setFlag('entrypoint', on ? [''] : [])}
      />
    </div>
  );
}

function Network() {
  const { values, setFlag, problemAt } = useForm();
  const network = values('network')[0] === 'host' ? 'host' : 'none';
  return (
    <Field
      label="Network"
      error={problemAt('network')?.message}
      hint={
        network === 'host'
          ? 'Shares the interfaces and ports of this host: nothing is between them.'
          : 'An own, closed network: the box reaches only itself.'
      }
    >
      <Select
        value={network}
        onChange={(value) => setFlag('network', value === 'host' ? ['host'] : [])}
        items={[
          { value: 'none', label: 'None: loopback only' },
          { value: 'host', label: "The host's" },
        ]}
        className="sm:max-w-64"
      />
    </Field>
  );
}

function NoNewPrivileges() {
  const { values, setFlag } = useForm();
  const option = values('security-opt').at(-1) ?? '';
  return (
    <Switch
      label="No new privileges"
      hint="Programs like sudo and su stop working in it."
      checked={/^no-new-privileges([:=]true)?$/.test(option)}
      onChange={(on) => setFlag('security-opt', on ? ['no-new-privileges'] : [])}
    />
  );
}
