import { Select } from '../ui/select';

const TYPES = [
  { value: '', label: 'Boxes, images, agent' },
  { value: 'container', label: 'Boxes' },
  { value: 'image', label: 'Images' },
  { value: 'agent', label: 'Agent' },
];
/** Names of actions as `box events` takes them. */
const ACTIONS = [
  'create',
  'start',
  'die',
  'oom',
  'stop',
  'kill',
  'restart',
  'rename',
  'destroy',
  'lost',
  'exec_create',
  'exec_start',
  'exec_die',
  'import',
  'tag',
  'untag',
  'delete',
];

interface EventChoicesProps {
  type: string;
  action: string;
  onChange: (change: { type?: string | null; action?: string | null }) => void;
}

/** Which types and actions are listed; '' is every one. */
export function EventChoices({ type, action, onChange }: EventChoicesProps) {
  return (
    <>
      <Select label="Type" items={TYPES} value={type} onChange={(next) => onChange({ type: next || null })} />
      <Select
        label="Action"
        items={actionItems(action)}
        value={action}
        onChange={(next) => onChange({ action: next || null })}
      />
    </>
  );
}

/** An action in the address that this page does not know is still one. */
function actionItems(action: string) {
  const names = action === '' || ACTIONS.includes(action) ? ACTIONS : [...ACTIONS, action];
  return [{ value: '', label: 'Every action' }, ...names.map((name) => ({ value: name, label: name }))];
}
