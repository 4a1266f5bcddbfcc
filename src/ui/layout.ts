import type { SessionState } from '#app/model';

/** The start page stands where there is no capture to show, also while the first one is being recognised. */
export function showsWelcome({ phase, bins }: Pick<SessionState, 'phase' | 'bins'>): boolean {
  return phase === 'empty' || (bins === 0 && (phase === 'probing' || phase === 'failed'));
}

/** Which panels stand beside the map at a window size. */
export type SidePanel = 'signal' | 'depth' | 'cell';

export interface FrameLayout {
  /** `docked`: beside the map; `tabs`: one panel at a time below it. */
  readonly panels: 'docked' | 'tabs';
  readonly depth: boolean;
  readonly signal: boolean;
  /** The panel that the tabs show; undefined = only the map. */
  readonly tab: SidePanel | undefined;
  /** The signal panel can be opened and closed. */
  readonly signalToggle: boolean;
}

/** Below this width panels are tabs under the map. */
const TABS_BELOW_PX = 720;
/** From this width all panels fit beside a map that is wide enough to read. */
const ALL_PANELS_PX = 960;

/**
 * @param chosen the panel that the user asked for; null = the user closed the panel; undefined = no wish yet
 */
export function frameLayout(width: number, chosen: SidePanel | null | undefined): FrameLayout {
  if (width < TABS_BELOW_PX) {
    return { panels: 'tabs', depth: false, signal: false, tab: chosen ?? undefined, signalToggle: false };
  }
  const roomy = width >= ALL_PANELS_PX;
  const signal = chosen === undefined ? roomy : chosen === 'signal';
  return { panels: 'docked', depth: roomy || !signal, signal, tab: undefined, signalToggle: true };
}
