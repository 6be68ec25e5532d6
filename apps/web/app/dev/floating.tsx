import { BoxError } from '@boxyard/spec';
import { useState } from 'react';
import { Button } from '../../components/ui/button';
import { CommandPalette } from '../../components/ui/command-palette';
import { ConfirmDialog } from '../../components/ui/confirm-dialog';
import { Dialog } from '../../components/ui/dialog';
import { Field } from '../../components/ui/field';
import { BoxIcon, LogsIcon, PlayIcon, TrashIcon } from '../../components/ui/icons';
import { Input } from '../../components/ui/input';
import { Menu } from '../../components/ui/menu';
import { Popover } from '../../components/ui/popover';
import { Sheet } from '../../components/ui/sheet';
import { Tooltip } from '../../components/ui/tooltip';
import { toast, toastError } from '../../lib/toasts';
import { HUGE, LONG, Row, Section, TEXTS } from './sample';

const none = () => undefined;
type Open = 'dialog' | 'long' | 'confirm' | 'typed' | 'right' | 'bottom' | 'palette' | null;

export function Floating() {
  const [open, setOpen] = useState<Open>(null);
  const opened = (name: Open) => ({
    open: open === name,
    onOpenChange: (next: boolean) => setOpen(next ? name : null),
  });
  return (
    <>
      <Section title="Dialog, ConfirmDialog, Sheet, CommandPalette">
        <Row>
          {(['dialog', 'long', 'confirm', 'typed', 'right', 'bottom', 'palette'] as const).map((name) => (
            <Button key={name} onClick={() => setOpen(name)}>
              Open {name}
            </Button>
          ))}
        </Row>
        <Dialog
          {...opened('dialog')}
          title="Rename api"
          description="Its boxes find it by the new name at once."
          footer={
            <>
              <Button onClick={() => setOpen(null)}>Cancel</Button>
              <Button variant="primary">Rename</Button>
            </>
          }
        >
          <Field label="Name">
            <Input defaultValue="api" mono />
          </Field>
        </Dialog>
        <Dialog {...opened('long')} title={LONG} size="large">
          <p className="break-words">{HUGE}</p>
        </Dialog>
        <ConfirmDialog
          {...opened('confirm')}
          title="Remove 3 boxes?"
          action="Remove 3 boxes"
          danger
          onConfirm={none}
        >
          Their files and logs go with them.
        </ConfirmDialog>
        <ConfirmDialog
          {...opened('typed')}
          title="Delete the volume prices?"
          action="Delete"
          danger
          typeToConfirm="prices"
          onConfirm={() =>
            Promise.reject(new BoxError('IN_USE', 'volume prices is used by api', { hint: 'stop api first' }))
          }
        >
          Nobody can bring it back.
        </ConfirmDialog>
        <Sheet {...opened('right')} title={LONG}>
          <p className="break-words">{HUGE}</p>
        </Sheet>
        <Sheet {...opened('bottom')} title="Filters" side="bottom">
          <Field label="Image">
            <Input />
          </Field>
        </Sheet>
        <CommandPalette
          {...opened('palette')}
          items={[
            { id: 'boxes', label: 'Go to boxes', group: 'Go to', icon: <BoxIcon />, keys: 'g c', run: none },
            { id: 'logs', label: 'Go to logs', group: 'Go to', icon: <LogsIcon />, keys: 'g l', run: none },
            {
              id: 'start',
              label: 'Start migrate-42',
              group: 'Boxes',
              icon: <PlayIcon />,
              detail: 'exited 0',
              run: none,
            },
            ...Object.entries(TEXTS).map(([id, label]) => ({
              id,
              label,
              group: 'Texts',
              detail: label,
              run: none,
            })),
          ]}
        />
      </Section>
      <Section title="Menu, Popover, Tooltip, toasts">
        <Row>
          <Menu
            trigger={<Button>Menu</Button>}
            align="start"
            items={[
              { label: 'Start', icon: <PlayIcon />, shortcut: 's', onSelect: none },
              { label: 'Logs', icon: <LogsIcon />, href: '/logs' },
              { label: 'Disabled', disabled: true },
              { label: LONG, onSelect: none },
              'separator',
              { label: 'Remove', icon: <TrashIcon />, shortcut: 'd', danger: true, onSelect: none },
            ]}
          />
          <Popover trigger={<Button>Popover</Button>} label="Columns">
            <p className="w-56">What belongs to the button, and no more.</p>
          </Popover>
          <Tooltip content="Killed by SIGKILL after 3 min, 14:02:11." shortcut="k">
            <Button>Tooltip</Button>
          </Tooltip>
          <Tooltip content={LONG.repeat(3)}>
            <Button>Long tooltip</Button>
          </Tooltip>
          <Button
            onClick={() =>
              toast({ title: 'Removed cache', tone: 'good', action: { label: 'Undo', run: none } })
            }
          >
            Toast
          </Button>
          <Button
            onClick={() =>
              toastError(
                new BoxError('IN_USE', `port 8080 is taken by ${LONG}`, { hint: 'choose another with -p' }),
              )
            }
          >
            Error toast
          </Button>
        </Row>
      </Section>
    </>
  );
}
