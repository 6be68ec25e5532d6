'use client';
import type { ContainerView } from '@boxyard/api';
import dynamic from 'next/dynamic';
import { parseAsString, useQueryState } from 'nuqs';
import { useEffect, useRef } from 'react';
import { useContainer, useYard } from '../../../lib/connection';
import { useWishes, withWish } from '../../../lib/containers/wishes';
import { Page } from '../../shell/page';
import { ContainerActions } from '../container-actions';

const loadTabs = () => import('./container-tabs');
const ContainerTabs = dynamic(loadTabs, { ssr: false });
const Gone = dynamic(() => import('./gone'), { ssr: false });
const CRUMBS = [{ label: 'Boxes', href: '/containers/' }];

/** `/containers/view/?id=…&tab=…`: `id` is an id, the start of one, or a name. */
export function ContainerPage() {
  const [reference] = useQueryState('id', parseAsString.withDefault(''));
  const container = useContainer(reference);
  // Comes while the feed is asked for the box.
  useEffect(() => void loadTabs(), []);
  if (container === null) return <ByName reference={reference} />;
  return <ById key={reference} id={reference} />;
}

/** An address with a name in it: looked up among all of them. */
function ByName({ reference }: { reference: string }) {
  const { containers } = useYard();
  const known = useRef<string | null>(null);
  const all = [...(containers?.values() ?? [])];
  const named = all.find(({ name }) => name === reference);
  const begun = reference === '' ? [] : all.filter(({ id }) => id.startsWith(reference));
  const found = named ?? (begun.length === 1 ? begun[0] : undefined);
  // Renamed meanwhile: it is still the one that was looked at.
  if (found) known.current = found.id;
  if (known.current) return <ById key={known.current} id={known.current} />;
  return (
    <Page title="No such box" crumbs={CRUMBS}>
      <Gone title={`There is no box “${reference}”`}>It was removed, or the address is wrong.</Gone>
    </Page>
  );
}

function ById({ id }: { id: string }) {
  const container = useContainer(id);
  const wishes = useWishes();
  const last = useRef<ContainerView | null>(null);
  if (container === undefined && !last.current) return null;
  if (container) last.current = container;
  if (!container) {
    const name = last.current?.name;
    return (
      <Page title={name ?? 'No such box'} crumbs={CRUMBS}>
        <Gone title={name ? `${name} was removed` : 'No such box'}>
          {name ? 'Its files and its log are gone with it.' : 'It was removed, or the address is wrong.'}
        </Gone>
      </Page>
    );
  }
  return (
    <Page title={container.name} crumbs={CRUMBS} bare>
      <ContainerActions>
        <ContainerTabs container={withWish(container, wishes)} />
      </ContainerActions>
    </Page>
  );
}
