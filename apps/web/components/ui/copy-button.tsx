import { useEffect, useState } from 'react';
import { copyText } from '../../lib/clipboard';
import { IconButton } from './icon-button';
import { CheckIcon, CopyIcon, WarningIcon } from './icons';

/** How long it says that it was copied. */
const SAID_MS = 1_500;

interface CopyButtonProps {
  text: string;
  label: string;
  size?: 'small' | 'medium' | undefined;
}

/** Puts `text` on the clipboard and says whether that worked. */
export function CopyButton({ text, label, size }: CopyButtonProps) {
  const [result, setResult] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [result]);
  const press = async () => setResult((await copyText(text)) ? 'copied' : 'refused');
  const said = result === 'copied' ? 'Copied' : result === 'refused' ? 'The browser refused to copy' : '';
  return (
    <>
      <IconButton label={said || label} size={size} onClick={() => void press()}>
        {result === 'copied' ? <CheckIcon className="text-good" /> : result ? <WarningIcon /> : <CopyIcon />}
      </IconButton>
      <span role="status" className="sr-only">
        {said}
      </span>
    </>
  );
}
