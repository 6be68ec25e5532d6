/** What floats over the page, in one file to load when the page stands (floating.ts). */
export { DialogPopup } from './dialog-popup';
export { MenuPopup } from './menu-popup';
export { PopoverPopup } from './popover-popup';
export { SheetPopup } from './sheet-popup';
