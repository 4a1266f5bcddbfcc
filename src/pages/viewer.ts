/** The viewer page: builds workers, controller and elements, and connects them. Nothing else does. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-500.css';
import '@fontsource/jetbrains-mono/latin-600.css';
import { fail, toProblem } from '#base/problem';
import { servingRun, servingSelector } from '#app/address';
import { parseServingCatalog } from '#core/config/serving-catalog';
import { AppController } from '#app/app-controller';
import { CommandRegistry } from '#app/commands';
import { defaultView } from '#app/defaults';
import { MapFeed } from '#app/map-feed';
import type { SampleInfo } from '#app/model';
import { RenderClient } from '#app/render-client';
import { parseSamples } from '#app/samples';
import { decodeView } from '#app/view-url';
import { viewerCommands } from '#app/viewer-commands';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { SpyApp } from '#ui/app';
import { SpyStartFailure } from '#ui/start-failure';
import { resolveTheme, watchPreference } from '#ui/theme';
import { uiCommands } from '#ui/ui-commands';
import { keepAddress } from './keep-address';
import { MapAdapter } from './map-adapter';

const WARM_UP_DELAY_MS = 300;

/** @throws ProblemError `site/missing-file`, also when the host does not answer */
async function fetchFile(path: string): Promise<Response> {
  const response = await fetch(path).catch(() => undefined);
  if (!response?.ok) fail('site/missing-file', `This site does not deliver ${path}`);
  return response;
}

/** @throws ProblemError `site/missing-file`, `site/damaged-file` */
async function fetchJson(path: string): Promise<unknown> {
  const response = await fetchFile(path);
  return response.json().catch(() => fail('site/damaged-file', `This site delivers a damaged ${path}`));
}

async function fetchSample(sample: SampleInfo): Promise<File> {
  const response = await fetchFile(`samples/${sample.file}`);
  return new File([await response.blob()], sample.file);
}

/** The first frame takes up what was changed, the second one comes when it has been put on the screen. */
function painted(): Promise<void> | undefined {
  if (document.hidden) return undefined;
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

/** Builds the page. What is fetched comes later: nothing on the network may keep the page from standing. */
function start(): void {
  const feed = new MapFeed();
  const linked = decodeView(location.hash);
  let samples: readonly SampleInfo[] = [];
  const controller = new AppController(
    {
      workers: {
        spawnImport: () =>
          new Worker(new URL('../../workers/import.worker.ts', import.meta.url), {
            type: 'module',
            name: 'import',
          }),
        spawnEngine: () =>
          new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), {
            type: 'module',
            name: 'engine',
          }),
        spawnScorer: () =>
          new Worker(new URL('../../workers/scorer.worker.ts', import.meta.url), {
            type: 'module',
            name: 'scorer',
          }),
      },
      map: feed,
      clock: {
        now: () => performance.now(),
        request: (callback) => requestAnimationFrame(callback),
        cancel: (handle) => {
          cancelAnimationFrame(handle);
        },
      },
      get samples() {
        return samples;
      },
      fetchSample,
      now: () => performance.now(),
      painted,
      copyText: (text) => navigator.clipboard.writeText(text),
    },
    { ...defaultView(), ...linked?.view },
  );
  if (linked?.playhead !== undefined) controller.setPendingPlayhead(linked.playhead);
  if (linked?.opening) controller.openSettings.set(linked.opening);
  const renderer = new RenderClient(
    () =>
      new Worker(new URL('../../workers/render.worker.ts', import.meta.url), {
        type: 'module',
        name: 'render',
      }),
    feed,
    (reason) => {
      controller.toast(`${reason.message} The picture is being restored.`, 'warning');
    },
  );

  const app = new SpyApp();
  app.model = controller;
  app.actions = controller;
  app.map = new MapAdapter(renderer, controller, () => theme);
  app.commands = new CommandRegistry();
  app.commands.register(viewerCommands(controller, controller, app.moves, app));
  app.commands.register(uiCommands(app));

  let prefersLight = false;
  let theme = resolveTheme(controller.view.value.theme, prefersLight);
  const updateTheme = (): void => {
    theme = resolveTheme(controller.view.value.theme, prefersLight);
    feed.setTheme(theme);
  };
  watchPreference((light) => {
    prefersLight = light;
    updateTheme();
  });
  controller.view.subscribe(updateTheme);

  document.body.replaceChildren(app);
  // Laying out the first Arrow message compiles much of the Arrow library: better now than with the first bins.
  setTimeout(() => GridIpcLayout.of(2 * DEFAULT_RUNTIME_CONFIG.grid_radius_ticks + 1), WARM_UP_DELAY_MS);
  keepAddress(controller);
  if (navigator.webdriver) exposeForTests(controller, renderer);

  const listed = fetchJson('samples/samples.json')
    .then(parseSamples)
    .then(
      (list) => {
        samples = list;
        app.samples = list;
      },
      (error: unknown) => {
        controller.report(toProblem(error));
      },
    );
  void openAddress(controller, listed);
}

/**
 * Opens what `?serving=` names, or says why it cannot.
 *
 * @param listed settled once the samples are known
 */
async function openAddress(controller: AppController, listed: Promise<void>): Promise<void> {
  try {
    const selector = servingSelector(location.search);
    if (selector === undefined) return;
    const catalog = parseServingCatalog(await fetchJson('servings/registry.json'));
    const { settings, feed } = servingRun(catalog, selector);
    await listed;
    controller.openSample(feed.name, { settings, autoplay: controller.pendingPlayhead === undefined });
  } catch (error) {
    controller.refuseAddress(toProblem(error));
  }
}

/** Browser tests look behind the elements; nothing is reachable that the page cannot do itself. */
function exposeForTests(controller: AppController, renderer: RenderClient): void {
  Object.assign(globalThis, { spymaster: { controller, renderer } });
}

try {
  start();
} catch (error) {
  const failure = new SpyStartFailure();
  failure.problem = toProblem(error);
  document.body.replaceChildren(failure);
}
