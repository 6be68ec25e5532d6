/**
 * Has the browser fetch a path of the agent and keep it as a file: it streams to the disk, whatever its size. A refusal becomes a failed
 * download of the browser's, not another page.
 */
export function downloadFrom(path: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  link.click();
}
