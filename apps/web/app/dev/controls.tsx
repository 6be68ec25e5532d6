import { useState } from 'react';
import { Button, type ButtonVariant } from '../../components/ui/button';
import { Checkbox } from '../../components/ui/checkbox';
import { Field } from '../../components/ui/field';
import { IconButton } from '../../components/ui/icon-button';
import * as icons from '../../components/ui/icons';
import { Input } from '../../components/ui/input';
import { Kbd } from '../../components/ui/kbd';
import { Select } from '../../components/ui/select';
import { Switch } from '../../components/ui/switch';
import { Tabs } from '../../components/ui/tabs';
import { Textarea } from '../../components/ui/textarea';
import { EMOJI, HUGE, LONG, RIGHT_TO_LEFT, Row, Section } from './sample';

const VARIANTS: readonly ButtonVariant[] = ['primary', 'plain', 'ghost', 'danger'];
const POLICIES = [
  { value: 'no', label: 'Never' },
  { value: 'on-failure', label: 'When it fails' },
  { value: 'always', label: 'Always' },
  { value: 'long', label: LONG },
] as const;

export function Controls() {
  const [policy, setPolicy] = useState<(typeof POLICIES)[number]['value']>('no');
  const [on, setOn] = useState(true);
  const [tab, setTab] = useState('overview');
  return (
    <>
      <Section title="Button">
        {VARIANTS.map((variant) => (
          <Row key={variant}>
            <Button variant={variant}>
              <icons.PlayIcon /> Start
            </Button>
            <Button variant={variant} busy>
              Starting…
            </Button>
            <Button variant={variant} disabled>
              Disabled
            </Button>
            <Button variant={variant} size="small">
              Small
            </Button>
            <Button variant={variant} size="small" busy>
              Small, busy
            </Button>
          </Row>
        ))}
      </Section>
      <Section title="IconButton, Kbd">
        <Row>
          <IconButton label="Stop" shortcut="s">
            <icons.StopIcon />
          </IconButton>
          <IconButton label="Pressed" aria-pressed>
            <icons.FilterIcon />
          </IconButton>
          <IconButton label="Disabled" disabled>
            <icons.TrashIcon />
          </IconButton>
          <IconButton label="Small" size="small">
            <icons.MoreIcon />
          </IconButton>
          <Kbd>g c</Kbd>
          <Kbd>⌘ K</Kbd>
        </Row>
      </Section>
      <Section title="Icons">
        <Row>
          {Object.entries(icons).map(([name, Icon]) => (
            <span key={name} title={name} className="p-1">
              <Icon />
            </span>
          ))}
        </Row>
      </Section>
      <Section title="Field, Input, Textarea, Select">
        <div className="grid max-w-4xl gap-4 sm:grid-cols-2">
          <Field label="Name" hint="Letters, digits, - and _.">
            <Input placeholder="made up if left empty" />
          </Field>
          <Field label="Name" hint="Letters, digits, - and _." error="“api” is taken: choose another name.">
            <Input defaultValue="api" mono />
          </Field>
          <Field label="Disabled">
            <Input defaultValue={LONG} mono disabled />
          </Field>
          <Field label={RIGHT_TO_LEFT}>
            <Input defaultValue={EMOJI} />
          </Field>
          <Field label="Restart">
            <Select value={policy} onChange={setPolicy} items={POLICIES} />
          </Field>
          <Field label="Command">
            <Textarea defaultValue={HUGE} mono />
          </Field>
        </div>
        <Row>
          <Select label="Restart" value={policy} onChange={setPolicy} items={POLICIES} className="w-40" />
          <Input placeholder="Filter…" aria-label="Filter" className="max-w-60" />
          <Button>Beside it</Button>
        </Row>
      </Section>
      <Section title="Checkbox, Switch">
        <Row>
          <Checkbox label="Chosen" checked={on} onChange={setOn} />
          <Checkbox label="Some" checked={false} indeterminate onChange={setOn} />
          <Checkbox label="Not" checked={!on} onChange={(checked) => setOn(!checked)} />
          <Checkbox label="Disabled" checked disabled onChange={setOn} />
          <Switch label="Follow" checked={on} onChange={setOn} />
          <Switch
            label="Off"
            checked={!on}
            onChange={(checked) => setOn(!checked)}
            hint="In force at once."
          />
        </Row>
      </Section>
      <Section title="Tabs">
        <Tabs
          label="Box"
          value={tab}
          onChange={setTab}
          items={[
            { value: 'overview', label: 'Overview' },
            { value: 'logs', label: 'Logs', count: 12 },
            { value: 'terminal', label: 'Terminal' },
            { value: 'config', label: 'Config' },
            { value: 'inspect', label: 'Inspect' },
          ]}
        >
          <p className="py-3">The panel of {tab}.</p>
        </Tabs>
      </Section>
    </>
  );
}
