/** The tabs of a box's page, as they stand in its address. */
export const CONTAINER_TABS = ['overview', 'logs', 'terminal', 'stats', 'config', 'inspect'] as const;
export type ContainerTab = (typeof CONTAINER_TABS)[number];

/** `container`: an id or a name. */
export function containerHref(container: string, tab?: ContainerTab): string {
  return `/containers/view/?id=${encodeURIComponent(container)}${tab ? `&tab=${tab}` : ''}`;
}

/** As much of an id as people look at. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}
