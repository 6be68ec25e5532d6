/** What lists that float have in common: menus, selects, the palette's rows. */
export const POPUP =
  'fade max-h-(--available-height) max-w-[calc(100vw-1rem)] overflow-y-auto overscroll-contain rounded-box border border-line bg-surface p-1 text-ink shadow-pop outline-none';
export const POPUP_ITEM =
  'flex h-7 cursor-default select-none items-center gap-2 rounded-[4px] px-2 outline-none data-disabled:opacity-50 data-highlighted:bg-raised pointer-coarse:h-11';
