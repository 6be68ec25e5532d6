'use client';
import { useState } from 'react';
import { ContainerTable } from '../../components/container-table';
import { NewBox } from '../../components/new-box';
import { Page } from '../../components/shell/page';
import { Button } from '../../components/ui/button';
import { EmptyState } from '../../components/ui/empty-state';
import { useYard } from '../../lib/connection';
import { useNow } from '../../lib/now';

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
    <Page title="Boxes" actions={rows?.length !== 0 && newBox}>
      {rows?.length === 0 && (
        <EmptyState title="No boxes yet" action={newBox} command="box run -it --name hello busybox sh">
          A box is a container: a program with its own files, processes and network.
        </EmptyState>
      )}
      {rows && rows.length > 0 && <ContainerTable containers={rows} now={now} />}
      {creating && <NewBox close={() => setCreating(false)} />}
    </Page>
  );
}
