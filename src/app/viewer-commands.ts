/** The viewer's commands. Camera moves are expressed in the map's own terms by the port that the map provides. */
import type { Command } from '#app/commands';
import type { AppActions, AppModel, LayerId, ViewState } from '#app/model';
import { SPEEDS } from '#app/player';
import { columnIndex, GRID_COLUMNS } from '#core/vp/columns';

/** What only the map can do, because only it knows its size. */
export interface MapMoves {
  /** Factors above 1 show less. */
  zoom(timeFactor: number, priceFactor: number): void;
  /** Fractions of the visible width and height. */
  pan(timeFraction: number, priceFraction: number): void;
  fit(): void;
  /** Moves the keyboard data cursor. */
  moveCursor(bins: number, ticks: number): void;
}

/** What opens something on the page. */
export interface PageDialogs {
  openFile(): void;
  goToTime(): void;
  help(): void;
  /** Closes what is open, or clears the cursor. */
  escape(): void;
}

const ZOOM = 1.25;
const PAN = 0.2;
const SECOND_NS = 1e9;

/** Layers on the digit keys. */
export const DIGIT_LAYERS: readonly LayerId[] = [
  'composite-view',
  'rest_depth',
  'pressure_variant',
  'vacuum_variant',
  'composite',
  'flow_score',
  'bid_depth',
  'ask_depth',
  'state5_code',
];

const THEMES: readonly ViewState['theme'][] = ['dark', 'light', 'system'];
const ZONES: readonly ViewState['zone'][] = ['exchange', 'local', 'utc'];

export function viewerCommands(
  model: AppModel,
  actions: AppActions,
  map: MapMoves,
  page: PageDialogs,
): Command[] {
  const loaded = (): boolean => model.session.value.bins > 0;
  const binsPerSecond = (): number => Math.max(1, Math.round(SECOND_NS / model.session.value.cellWidthNs));
  const faster = (steps: number): void => {
    const at = SPEEDS.indexOf(model.player.value.speed);
    actions.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + steps))]);
  };
  const whenLoaded = (command: Omit<Command, 'enabled'>): Command => ({ ...command, enabled: loaded });
  const layerCommands = DIGIT_LAYERS.map((layer, i) =>
    whenLoaded({
      id: `layer.${layer}`,
      title: `Layer: ${layer === 'composite-view' ? 'Pressure and vacuum' : GRID_COLUMNS[columnIndex(layer)].title}`,
      group: 'Map',
      keys: [String(i + 1)],
      run: () => actions.setView({ layer }),
    }),
  );
  return [
    {
      id: 'file.open',
      title: 'Open capture…',
      group: 'File',
      keys: ['O', 'Mod+O'],
      run: () => page.openFile(),
    },
    {
      id: 'file.cancel',
      title: 'Cancel loading',
      group: 'File',
      keys: ['Shift+C'],
      run: () => actions.cancel(),
      enabled: () => model.session.value.phase === 'loading' || model.session.value.opening.length > 0,
    },
    whenLoaded({
      id: 'file.close',
      title: 'Close capture',
      group: 'File',
      keys: ['Shift+X'],
      run: () => actions.close(),
    }),
    whenLoaded({
      id: 'file.digest',
      title: 'Copy grid digest',
      group: 'File',
      keys: ['Shift+G'],
      run: () => actions.copyGridDigest(),
    }),
    whenLoaded({
      id: 'play.toggle',
      title: 'Play or pause',
      group: 'Playback',
      keys: ['Space'],
      run: () => {
        if (model.player.value.playing) actions.pause();
        else actions.play();
      },
    }),
    whenLoaded({
      id: 'play.restart',
      title: 'Play from the start',
      group: 'Playback',
      keys: ['Shift+R'],
      run: () => actions.restart(),
    }),
    whenLoaded({ id: 'play.slower', title: 'Slower', group: 'Playback', keys: ['['], run: () => faster(-1) }),
    whenLoaded({ id: 'play.faster', title: 'Faster', group: 'Playback', keys: [']'], run: () => faster(1) }),
    whenLoaded({
      id: 'play.back',
      title: 'One bin back',
      group: 'Playback',
      keys: [','],
      run: () => actions.step(-1),
    }),
    whenLoaded({
      id: 'play.forward',
      title: 'One bin forward',
      group: 'Playback',
      keys: ['.'],
      run: () => actions.step(1),
    }),
    whenLoaded({
      id: 'play.back-second',
      title: 'One second back',
      group: 'Playback',
      keys: ['<'],
      run: () => actions.step(-binsPerSecond()),
    }),
    whenLoaded({
      id: 'play.forward-second',
      title: 'One second forward',
      group: 'Playback',
      keys: ['>'],
      run: () => actions.step(binsPerSecond()),
    }),
    whenLoaded({
      id: 'play.start',
      title: 'Go to the start',
      group: 'Playback',
      keys: ['Home'],
      run: () => actions.seek(0),
    }),
    whenLoaded({
      id: 'play.end',
      title: 'Go to the end',
      group: 'Playback',
      keys: ['End'],
      run: () => actions.seek(model.session.value.bins - 1),
    }),
    whenLoaded({
      id: 'play.go-to',
      title: 'Go to time…',
      group: 'Playback',
      keys: ['G'],
      run: () => page.goToTime(),
    }),
    whenLoaded({
      id: 'view.follow',
      title: 'Follow the playhead',
      group: 'View',
      keys: ['L'],
      run: () => actions.setFollow(!model.player.value.follow),
    }),
    whenLoaded({
      id: 'view.fit',
      title: 'Fit all up to the playhead',
      group: 'View',
      keys: ['F'],
      run: () => map.fit(),
    }),
    whenLoaded({
      id: 'view.zoom-in',
      title: 'Zoom in',
      group: 'View',
      keys: ['W', '+', '='],
      run: () => map.zoom(ZOOM, 1),
    }),
    whenLoaded({
      id: 'view.zoom-out',
      title: 'Zoom out',
      group: 'View',
      keys: ['S', '-'],
      run: () => map.zoom(1 / ZOOM, 1),
    }),
    whenLoaded({
      id: 'view.zoom-price-in',
      title: 'Zoom in on price',
      group: 'View',
      keys: ['Shift+W'],
      run: () => map.zoom(1, ZOOM),
    }),
    whenLoaded({
      id: 'view.zoom-price-out',
      title: 'Zoom out of price',
      group: 'View',
      keys: ['Shift+S'],
      run: () => map.zoom(1, 1 / ZOOM),
    }),
    whenLoaded({
      id: 'view.pan-left',
      title: 'Earlier',
      group: 'View',
      keys: ['A'],
      run: () => map.pan(-PAN, 0),
    }),
    whenLoaded({
      id: 'view.pan-right',
      title: 'Later',
      group: 'View',
      keys: ['D'],
      run: () => map.pan(PAN, 0),
    }),
    whenLoaded({
      id: 'view.pan-up',
      title: 'Higher prices',
      group: 'View',
      keys: ['Shift+A'],
      run: () => map.pan(0, PAN),
    }),
    whenLoaded({
      id: 'view.pan-down',
      title: 'Lower prices',
      group: 'View',
      keys: ['Shift+D'],
      run: () => map.pan(0, -PAN),
    }),
    {
      id: 'view.theme',
      title: 'Dark, light or system theme',
      group: 'View',
      keys: ['T'],
      run: () => actions.setView({ theme: next(THEMES, model.view.value.theme) }),
    },
    {
      id: 'view.zone',
      title: 'Exchange, local or UTC time',
      group: 'View',
      keys: ['Z'],
      run: () => actions.setView({ zone: next(ZONES, model.view.value.zone) }),
    },
    whenLoaded({
      id: 'map.cursor-left',
      title: 'Data cursor one bin back',
      group: 'Map',
      keys: ['ArrowLeft'],
      run: () => map.moveCursor(-1, 0),
    }),
    whenLoaded({
      id: 'map.cursor-right',
      title: 'Data cursor one bin forward',
      group: 'Map',
      keys: ['ArrowRight'],
      run: () => map.moveCursor(1, 0),
    }),
    whenLoaded({
      id: 'map.cursor-up',
      title: 'Data cursor one tick up',
      group: 'Map',
      keys: ['ArrowUp'],
      run: () => map.moveCursor(0, 1),
    }),
    whenLoaded({
      id: 'map.cursor-down',
      title: 'Data cursor one tick down',
      group: 'Map',
      keys: ['ArrowDown'],
      run: () => map.moveCursor(0, -1),
    }),
    whenLoaded({
      id: 'map.cursor-left-10',
      title: 'Data cursor ten bins back',
      group: 'Map',
      keys: ['Shift+ArrowLeft'],
      run: () => map.moveCursor(-10, 0),
    }),
    whenLoaded({
      id: 'map.cursor-right-10',
      title: 'Data cursor ten bins forward',
      group: 'Map',
      keys: ['Shift+ArrowRight'],
      run: () => map.moveCursor(10, 0),
    }),
    whenLoaded({
      id: 'map.cursor-up-10',
      title: 'Data cursor ten ticks up',
      group: 'Map',
      keys: ['Shift+ArrowUp'],
      run: () => map.moveCursor(0, 10),
    }),
    whenLoaded({
      id: 'map.cursor-down-10',
      title: 'Data cursor ten ticks down',
      group: 'Map',
      keys: ['Shift+ArrowDown'],
      run: () => map.moveCursor(0, -10),
    }),
    ...layerCommands,
    whenLoaded({
      id: 'map.trails',
      title: 'Show or hide trails',
      group: 'Map',
      keys: ['B'],
      run: () => actions.setView({ showTrails: !model.view.value.showTrails }),
    }),
    whenLoaded({
      id: 'map.projection',
      title: 'Show or hide the projection',
      group: 'Map',
      keys: ['P'],
      run: () => actions.setView({ showProjection: !model.view.value.showProjection }),
    }),
    { id: 'help.keys', title: 'Keyboard help', group: 'Help', keys: ['?'], run: () => page.help() },
    {
      id: 'help.escape',
      title: 'Close, or clear the cursor',
      group: 'Help',
      keys: ['Escape'],
      run: () => page.escape(),
    },
  ];
}

function next<T>(values: readonly T[], current: T): T {
  return values[(values.indexOf(current) + 1) % values.length];
}
