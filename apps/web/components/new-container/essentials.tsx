import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { bytes } from '../../lib/format';
import { nameInFull } from '../../lib/images/names';
import { queries } from '../../lib/queries';
import { Autocomplete } from '../ui/autocomplete';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import { Switch } from '../ui/switch';
import { fieldMessage, useForm, useFreeName, useIsTaken } from './form';
import { PairRows } from './rows';

/** What most boxes need and no more. */
export function Essentials() {
  const { values, setFlags } = useForm();
  const tty = values('tty')[0] === 'true';
  const turn = (on: boolean) => setFlags({ tty: on ? ['true'] : [], interactive: on ? ['true'] : [] });
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <ImageField />
        <NameField />
      </div>
      <CommandField />
      <Switch
        label="Give it a terminal"
        hint="For shells and programs that draw on the screen. Without one it runs like a service."
        checked={tty}
        onChange={turn}
      />
      <PairRows
        name="env"
        title="Environment"
        add="Add variable"
        keyLabel="Variable"
        hint="Paste a whole .env file into the first field of a row."
      />
    </div>
  );
}

function ImageField() {
  const { draft, values, setImage, problemAt } = useForm();
  const { data: images = [], isSuccess } = useQuery(queries.images());
  const { image } = draft.line;
  const fromDirectory = values('rootfs').length > 0;
  const suggestions = images.flatMap(({ tags, size }) => tags.map((value) => ({ value, note: bytes(size) })));
  const problem = problemAt('image');
  const isHere =
    image === '' ||
    suggestions.some(({ value }) => value === image || value === `${image}:latest`) ||
    images.some(({ id }) => id.startsWith(image.replace(/^sha256:/, '')));
  return (
    <Field
      label="Image"
      error={
        problem && (
          <>
            {fieldMessage(problem)} · <ImagesLink />
          </>
        )
      }
      hint={
        !problem && fromDirectory ? (
          'Left empty: its files come from a directory, see Files'
        ) : !problem && isSuccess && !isHere ? (
          <NotHere image={image} />
        ) : undefined
      }
    >
      <Autocomplete mono value={image} onChange={setImage} suggestions={suggestions} placeholder="busybox" />
    </Field>
  );
}

/** It is no mistake: whoever makes the box pulls it first. */
function NotHere({ image }: { image: string }) {
  const full = nameInFull(image);
  return (
    <>
      Not among the images here
      {full && (
        <>
          : it will be pulled from <b className="font-medium text-ink">{full.registry}</b>
        </>
      )}{' '}
      · <ImagesLink />
    </>
  );
}

function ImagesLink() {
  return (
    <Link href="/images/" className="underline">
      see the images
    </Link>
  );
}

function NameField() {
  const { values, setFlag, problemAt } = useForm();
  const name = values('name')[0] ?? '';
  const problem = problemAt('name');
  const taken = useIsTaken()(name);
  const free = useFreeName(name);
  return (
    <Field
      label="Name"
      error={
        problem && (
          <>
            {fieldMessage(problem)}
            {taken && (
              <>
                {' · '}
                <button type="button" className="underline" onClick={() => setFlag('name', [free])}>
                  use {free}
                </button>
              </>
            )}
          </>
        )
      }
    >
      <Input
        mono
        value={name}
        placeholder="made up if left empty"
        onChange={({ currentTarget: { value } }) => setFlag('name', value === '' ? [] : [value])}
      />
    </Field>
  );
}

function CommandField() {
  const { draft, setCommandField, problems } = useForm();
  const problem = problems.find(({ field }) => field === 'command');
  return (
    <Field
      label="Command"
      error={fieldMessage(problem)}
      hint="What runs in it, quoted as for a shell. Left empty: what the image says."
    >
      <Input
        mono
        value={draft.commandField}
        placeholder="the image's own"
        onChange={({ currentTarget }) => setCommandField(currentTarget.value)}
      />
    </Field>
  );
}
