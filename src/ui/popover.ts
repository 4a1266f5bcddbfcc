const GAP_PX = 6;
const EDGE_PX = 8;

/** Where a popover goes, CSS pixels from the edges of the window. */
export interface PopoverPlace {
  readonly left: number;
  /** One of the two is set. */
  readonly top?: number;
  readonly bottom?: number;
  /** Room from the anchored edge to the far edge of the window. */
  readonly maxHeight: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Below or above the anchor, flush with its side that faces the middle of the window, never beyond its edges. */
export function popoverPlace(anchor: Box, popoverWidth: number, width: number, height: number): PopoverPlace {
  const wide = Math.min(popoverWidth, width - 2 * EDGE_PX);
  const rightHalf = anchor.left + anchor.right > width;
  const wanted = rightHalf ? anchor.right - wide : anchor.left;
  const left = Math.max(EDGE_PX, Math.min(wanted, width - EDGE_PX - wide));
  const below = height - anchor.bottom;
  return below >= anchor.top
    ? { left, top: anchor.bottom + GAP_PX, maxHeight: below - GAP_PX - EDGE_PX }
    : { left, bottom: height - anchor.top + GAP_PX, maxHeight: anchor.top - GAP_PX - EDGE_PX };
}

const open = new Set<EventTarget>();

/** Escape then belongs to the browser, which closes the topmost one. */
export function isPopoverOpen(): boolean {
  return [...open].some((popover) => (popover as HTMLElement).matches(':popover-open'));
}

/**
 * `@beforetoggle` handler: puts an opening popover beside the button that names it in `popovertarget`, and gives
 * that button the focus back when the popover closes around it (browsers lose it inside shadow roots).
 */
export function onPopoverToggle(event: ToggleEvent): void {
  const popover = event.target as HTMLElement;
  const root = popover.getRootNode() as ShadowRoot;
  const anchor = root.querySelector<HTMLElement>(`[popovertarget="${popover.id}"]`);
  if (event.newState === 'open') open.add(popover);
  else open.delete(popover);
  if (!anchor) return;
  if (event.newState !== 'open') {
    if (popover.contains(root.activeElement)) anchor.focus();
    return;
  }
  // A popover that is not shown yet has no box, but its width is already decided.
  const popoverWidth = parseFloat(getComputedStyle(popover).width);
  const place = popoverPlace(anchor.getBoundingClientRect(), popoverWidth, innerWidth, innerHeight);
  const px = (value: number | undefined): string => (value === undefined ? 'auto' : `${value}px`);
  popover.style.inset = `${px(place.top)} auto ${px(place.bottom)} ${px(place.left)}`;
  popover.style.maxHeight = `${place.maxHeight}px`;
  popover.style.maxWidth = `calc(100vw - ${2 * EDGE_PX}px)`;
}
