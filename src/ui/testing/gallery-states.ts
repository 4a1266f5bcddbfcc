/** Every state of the viewer page, by the name that the gallery shows it under. */
import { problem } from '#base/problem';
import type { Progress } from '#app/model';
import type { SpyApp } from '#ui/app';
import type { FakeMap } from '#ui/testing/fake-map';
import type { FakeModel } from '#ui/testing/fake-model';

export interface Scene {
  readonly model: FakeModel;
  readonly map: FakeMap;
}

export interface GalleryState {
  readonly name: string;
  readonly about: string;
  /** Before the page is connected. */
  readonly prepare?: (scene: Scene) => void;
  /** Once the first picture stands. */
  readonly act?: (app: SpyApp, scene: Scene) => void | Promise<void>;
}

const BINS = 2400;

const HALF_WAY: Progress = {
  fraction: 0.42,
  bytesRead: 118_400_000,
  bytesTotal: 281_900_000,
  bytesPerSecond: 184_000_000,
  recordsPerSecond: 3_120_000,
  binsPerSecond: 12_400,
  records: 2_021_140,
  secondsLeft: 0.9,
};

const NOT_A_CAPTURE = {
  problem: problem('import/unknown-format', 'The content is of no known format: holiday.jpg', {
    offset: 0,
    tip: 'Supported: DBN (.dbn), Parquet (.parquet), Arrow IPC (.arrow); each also compressed with zstd (.zst).',
  }),
  files: ['holiday.jpg'],
};

const CUT_SHORT = problem('dbn/truncated-record', 'The file ends in the middle of a record.', {
  offset: 118_400_022,
  tip: 'It was probably cut while it was being downloaded. Download it again and compare its size.',
});

function ready({ model }: Scene): void {
  model.load(BINS);
}

/** A cell near the spot, a third of the picture back. */
function cursorAt(scene: Scene, source: 'pointer' | 'keyboard'): void {
  const bin = BINS - 120;
  const spot = scene.model.market.spotTick[bin];
  scene.model.setCursor({ bin, tick: spot + 6, row: 56, source });
}

export const GALLERY_STATES: readonly GalleryState[] = [
  { name: 'empty', about: 'No capture: drop, pick, or take a sample' },
  {
    name: 'drag-over',
    about: 'Files are held over the page',
    act: () => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['x'], 'es.dbn'));
      dispatchEvent(new DragEvent('dragenter', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
  },
  {
    name: 'privacy',
    about: 'Why nothing leaves the machine',
    act: (app) => openPopover(app, ['spy-welcome', 'spy-privacy-badge'], '#why'),
  },
  {
    name: 'address-refused',
    about: 'The address has a parameter that the page does not take',
    prepare: ({ model }) =>
      model.addressProblem.set(
        problem('address/extra-parameter', 'This page does not take the parameter "symbol".', {
          tip: 'The only parameter is serving.',
        }),
      ),
  },
  {
    name: 'probing',
    about: 'The head of the file is being read',
    prepare: ({ model }) =>
      model.session.update({ phase: 'probing', opening: ['glbx-mdp3-20260206.mbo.dbn.zst'] }),
  },
  {
    name: 'loading-first',
    about: 'Loading, before the first time cell',
    prepare: ({ model }) =>
      model.load(0, {
        phase: 'loading',
        progress: { ...HALF_WAY, fraction: 0.01, bytesRead: 2_100_000, records: 37_500 },
      }),
  },
  {
    name: 'loading-picture',
    about: 'Loading, before the first picture',
    prepare: ({ model, map }) => {
      map.isSlow = true;
      model.load(BINS, { phase: 'loading', progress: HALF_WAY });
    },
  },
  {
    name: 'loading',
    about: 'Loading, with the first picture under it',
    prepare: ({ model }) => model.load(BINS, { phase: 'loading', progress: HALF_WAY }),
  },
  {
    name: 'instruments',
    about: 'Choosing among the instruments of the capture',
    prepare: ready,
    act: (app) => app.chooseInstrument(),
  },
  { name: 'ready', about: 'Loaded and paused', prepare: ready },
  {
    name: 'playing',
    about: 'Playing at ten times the speed',
    prepare: (scene) => {
      ready(scene);
      scene.model.player.update({ playing: true, speed: 10, playhead: 1500 });
    },
  },
  {
    name: 'cursor',
    about: 'The crosshair and the values of its cell',
    prepare: (scene) => {
      ready(scene);
      cursorAt(scene, 'pointer');
    },
  },
  {
    name: 'all-fields',
    about: 'All fields of a cell that is kept',
    prepare: (scene) => {
      ready(scene);
      cursorAt(scene, 'keyboard');
    },
    act: (app) => click(app, ['spy-map', 'spy-cell-card'], 'button[aria-expanded]'),
  },
  {
    name: 'zoomed',
    about: 'Zoomed in: cells, sub-second time',
    prepare: (scene) => {
      ready(scene);
      cursorAt(scene, 'keyboard');
      scene.model.setFollow(false);
      const bin = BINS - 110;
      scene.model.setView({
        camera: { centerBin: bin, centerTick: scene.model.market.spotTick[bin], binPx: 22, tickPx: 26 },
      });
    },
  },
  {
    name: 'zoomed-out',
    about: 'The whole session in view',
    prepare: ready,
    act: (app) => app.moves.fit(),
  },
  {
    name: 'unplayed',
    about: 'Paused in the middle of what is loaded, and moved past NOW',
    prepare: (scene) => {
      ready(scene);
      scene.model.player.update({ playhead: 1500, follow: false });
      const centerTick = scene.model.market.spotTick[1500];
      scene.model.setView({ camera: { centerBin: 1580, centerTick, binPx: 1.6, tickPx: 5.6 } });
    },
  },
  {
    name: 'held-beyond-rows',
    about: 'The keyboard cursor on a cell that was not computed, the whole session in view',
    prepare: (scene) => {
      ready(scene);
      const bin = 900;
      const tick = scene.model.market.spotTick[bin] + 58;
      scene.model.setCursor({ bin, tick, row: undefined, source: 'keyboard' });
    },
    act: (app) => app.moves.fit(),
  },
  {
    name: 'layer-depth',
    about: 'A single layer: resting depth',
    prepare: (scene) => {
      ready(scene);
      scene.model.setView({ layer: 'rest_depth' });
    },
  },
  {
    name: 'layers',
    about: 'The layer menu',
    prepare: ready,
    act: (app) => openPopover(app, ['spy-top-bar', 'spy-layer-menu'], '#layers'),
  },
  {
    name: 'colours',
    about: 'Palette, scale and statistic',
    prepare: ready,
    act: (app) => openPopover(app, ['spy-top-bar', 'spy-palette-menu'], '#colours'),
  },
  {
    name: 'instrument-details',
    about: 'The constants of the stream',
    prepare: ready,
    act: (app) => openPopover(app, ['spy-top-bar', 'spy-instrument-menu'], '#details'),
  },
  {
    name: 'more',
    about: 'What a narrow top bar keeps in a menu',
    prepare: ready,
    act: (app) => openPopover(app, ['spy-top-bar', 'spy-more-menu'], '#more'),
  },
  {
    name: 'synthetic',
    about: 'Made-up data says so',
    prepare: ({ model }) => model.load(BINS, { synthetic: true, files: ['glbx-mdp3-20260206.mbo.dbn.zst'] }),
  },
  {
    name: 'warnings',
    about: 'Warnings about the capture',
    prepare: (scene) => {
      ready(scene);
      scene.model.warnings.set([
        {
          problem: problem('book/suspect', 'The venue marked the book as possibly wrong.', {
            tip: 'Depth is uncertain until the next snapshot.',
          }),
          count: 3,
          dismissed: false,
        },
        {
          problem: problem('dbn/unknown-rtype', 'Records of an unknown kind were skipped.', {
            offset: 40_118,
          }),
          count: 1204,
          dismissed: false,
        },
        { problem: problem('capture/late', 'Some records came late.'), count: 12, dismissed: true },
      ]);
    },
    act: (app) => openPopover(app, ['spy-top-bar', 'spy-warning-menu'], '#warnings'),
  },
  {
    name: 'cancelled',
    about: 'Cancelled: what was loaded is kept',
    prepare: ({ model }) => model.load(BINS, { phase: 'cancelled', progress: HALF_WAY }),
  },
  {
    name: 'failed',
    about: 'Failed half way: what was loaded is kept',
    prepare: ({ model }) =>
      model.load(BINS, {
        phase: 'failed',
        failure: { problem: CUT_SHORT, files: ['glbx-mdp3-20260206.mbo.dbn.zst'] },
      }),
  },
  {
    name: 'failed-first',
    about: 'The file could not be read at all',
    prepare: ({ model }) =>
      model.session.update({
        phase: 'failed',
        failure: NOT_A_CAPTURE,
      }),
  },
  {
    name: 'refused',
    about: 'Another file could not be read: what was open stays open',
    prepare: ({ model }) => model.load(BINS, { failure: NOT_A_CAPTURE }),
  },
  {
    name: 'no-bins',
    about: 'The capture ends before the first time cell',
    prepare: ({ model }) => model.load(0),
  },
  {
    name: 'never-two-sided',
    about: 'The book never had both sides',
    prepare: ({ model }) => {
      model.readoutPatch = { spotTick: NaN, bestAskTick: NaN, midPrice: 0 };
      model.load(600);
    },
  },
  {
    name: 'worker-restarted',
    about: 'A worker stopped and was replaced',
    prepare: (scene) => {
      ready(scene);
      scene.model.toasts.set([
        {
          id: 1,
          kind: 'warning',
          text: 'The engine worker stopped. It was restarted and continues from its last checkpoint.',
        },
        { id: 2, kind: 'info', text: 'Link copied' },
      ]);
    },
  },
  {
    name: 'memory',
    about: 'The memory budget was reached',
    prepare: (scene) => {
      ready(scene);
      scene.model.memory.set({
        usedBytes: 0.98e9,
        budgetBytes: 1e9,
        given: '41200 bins keep only the display columns',
      });
    },
    act: (app) => openPopover(app, ['spy-scrubber'], '#memory'),
  },
  {
    name: 'no-webgl',
    about: 'Nothing can be drawn',
    prepare: (scene) => {
      ready(scene);
      scene.map.status.set({
        state: 'failed',
        generation: 0,
        problem: problem('render/no-backend', 'This browser offers no drawing context for the heatmap.', {
          tip: 'Turn on hardware acceleration, or close other tabs that draw graphics.',
        }),
      });
    },
  },
  { name: 'table', about: 'The current bin as a table', prepare: ready, act: (app) => app.toggleTable() },
  { name: 'help', about: 'Keys, from the command registry', prepare: ready, act: (app) => app.help() },
  { name: 'go-to-time', about: 'Going to a time', prepare: ready, act: (app) => app.goToTime() },
  {
    name: 'panel',
    about: 'The signal panel on a small window',
    prepare: ready,
    act: (app) => {
      if (!inside(app, ['spy-signal-panel'])) app.toggleSignal();
    },
  },
  {
    name: 'panel-cell',
    about: 'The cell panel on a phone',
    prepare: (scene) => {
      ready(scene);
      cursorAt(scene, 'pointer');
    },
    act: (app) => click(app, [], '#tab-cell'),
  },
];

/** The element at the end of a path of tag names through shadow roots. */
function inside(app: SpyApp, path: readonly string[]): Element | null {
  let at: Element | null = app;
  for (const tag of path) at = at?.shadowRoot?.querySelector(tag) ?? null;
  return at;
}

function openPopover(app: SpyApp, path: readonly string[], id: string): void {
  inside(app, path)?.shadowRoot?.querySelector<HTMLElement>(id)?.showPopover();
}

function click(app: SpyApp, path: readonly string[], selector: string): void {
  inside(app, path)?.shadowRoot?.querySelector<HTMLElement>(selector)?.click();
}
