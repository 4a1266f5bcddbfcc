import type { AppController } from '#app/app-controller';
import { encodeView } from '#app/view-url';

/** How long the address lags behind the view, so that panning does not flood the history. */
const ADDRESS_DELAY_MS = 400;

/** Keeps the fragment in step with the view; the query is left as it is. */
export function keepAddress(controller: AppController): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    const fragment = fragmentOf(controller);
    if (fragment !== location.hash)
      history.replaceState(null, '', fragment || location.pathname + location.search);
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, ADDRESS_DELAY_MS);
  };
  controller.view.subscribe(later);
  controller.player.subscribe(later);
  controller.openSettings.subscribe(later);
}

/** The place belongs to the link unless the view follows the newest bin; one that is still to be reached stays. */
function fragmentOf(controller: AppController): string {
  const { pendingPlayhead } = controller;
  const opening = controller.openSettings.value;
  const view = controller.view.value;
  const { follow, playhead } = controller.player.value;
  if (pendingPlayhead !== undefined) return encodeView(view, pendingPlayhead, opening);
  return follow
    ? encodeView({ ...view, camera: undefined }, undefined, opening)
    : encodeView(view, playhead, opening);
}
