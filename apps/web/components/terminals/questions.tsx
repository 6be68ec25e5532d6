import { followLink, type TerminalView } from '../../lib/terminal/view';
import { Button } from '../ui/button';
import { Code } from '../ui/code';
import { Dialog } from '../ui/dialog';

/** What a terminal asks the person before it does it. */
export type Question = { kind: 'paste'; text: string } | { kind: 'link'; target: string };

interface Props {
  question: Question;
  view: TerminalView;
  onClose: () => void;
}

/** More than this of a paste is not read anyway. */
const SHOWN_LETTERS = 2_000;

export default function TerminalQuestion({ question, view, onClose }: Props) {
  const isPaste = question.kind === 'paste';
  const answer = () => {
    onClose();
    if (isPaste) view.pasteNow(question.text);
    else followLink(question.target);
  };
  const text = isPaste ? question.text : question.target;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={isPaste ? `Paste ${lines(text)}?` : 'Open this link?'}
      description={
        isPaste
          ? 'The program in this terminal takes each line as if you had pressed Enter after it.'
          : 'A program in the box printed it. What it showed as its text may be something else.'
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={answer}>
            {isPaste ? 'Paste' : 'Open in a new tab'}
          </Button>
        </>
      }
    >
      <Code wrap>{text.length > SHOWN_LETTERS ? `${text.slice(0, SHOWN_LETTERS)}…` : text}</Code>
    </Dialog>
  );
}

function lines(text: string): string {
  const count = text.trimEnd().split(/\r\n|\r|\n/).length;
  return count === 1 ? 'a line with Enter' : `${count} lines`;
}
