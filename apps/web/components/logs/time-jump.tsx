import { useState } from 'react';
import type { LogSession, LogView } from '../../lib/logs/session';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import { Popover } from '../ui/popover';
import type { ChangeSettings } from './settings';

const MINUTE_MS = 60_000;
const AGO = [
  { label: '5 min ago', ms: 5 * MINUTE_MS },
  { label: '15 min ago', ms: 15 * MINUTE_MS },
  { label: '1 h ago', ms: 60 * MINUTE_MS },
  { label: '1 d ago', ms: 24 * 60 * MINUTE_MS },
];

interface Props {
  session: LogSession;
  view: LogView;
  change: ChangeSettings;
  setFollow(follow: boolean): void;
}

/** To a moment, the beginning or the end: by reading there, or at once when it is held. */
export function TimeJump({ session, view, change, setFollow }: Props) {
  const [moment, setMoment] = useState('');
  const jump = (time: number) => {
    if (!Number.isFinite(time)) return;
    setFollow(false);
    change({ t: new Date(time).toISOString(), at: null });
    const { histogram } = view;
    if (histogram && time >= histogram.from && time <= histogram.to) session.goToTime(time);
    else session.open({ kind: 'time', since: new Date(time).toISOString() });
  };
  const toEnd = () => {
    change({ t: null, at: null });
    session.open({ kind: 'tail' });
    setFollow(true);
  };
  return (
    <Popover label="Jump to a time" trigger={<Button variant="ghost">Jump</Button>}>
      <form
        className="flex w-64 flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          jump(new Date(moment).getTime());
        }}
      >
        <Field label="Jump to a time" hint="in this browser's time zone">
          <Input
            type="datetime-local"
            step={1}
            value={moment}
            onChange={(event) => setMoment(event.currentTarget.value)}
          />
        </Field>
        <Button type="submit" variant="primary" disabled={moment === ''}>
          Jump
        </Button>
        <div className="grid grid-cols-2 gap-1.5">
          {AGO.map(({ label, ms }) => (
            <Button key={label} size="small" onClick={() => jump(Date.now() - ms)}>
              {label}
            </Button>
          ))}
          <Button size="small" onClick={() => jump(0)}>
            Beginning
          </Button>
          <Button size="small" onClick={toEnd}>
            End
          </Button>
        </div>
      </form>
    </Popover>
  );
}
