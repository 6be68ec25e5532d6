'use client';
import { useState } from 'react';
import { Button } from '../components/button';
import { ContainerTable } from '../components/container-table';
import { NewBox } from '../components/new-box';
import { Code, Notice } from '../components/notice';
import { Shell } from '../components/shell';
import { useYard } from '../lib/connection';
import { useNow } from '../lib/now';

export default function ContainersPage() {
  const { containers } = useYard();
  const [creating, setCreating] = useState(false);
  const now = useNow();
  const rows = containers && [...containers.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const newBox = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      New box
    </Button>
  );
  return (
    <Shell>
      <div className="flex items-center gap-3 px-4 py-3">
        <h1 className="font-semibold text-base">Boxes</h1>
        {rows && <span className="text-quiet">{rows.length}</span>}
        {rows?.length !== 0 && <span className="ml-auto">{newBox}</span>}
      </div>
      {rows?.length === 0 && (
        <Notice title="No boxes yet">
          <p>A box is a container: a program with its own files, processes and network.</p>
          <span>{newBox}</span>
          <p>Or on the command line:</p>
          <Code>box run -it --name hello busybox sh</Code>
        </Notice>
      )}
      {rows && rows.length > 0 && <ContainerTable containers={rows} now={now} />}
      {creating && <NewBox close={() => setCreating(false)} />}
    </Shell>
  );
}
