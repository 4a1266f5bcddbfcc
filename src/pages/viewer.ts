/** The viewer page: builds workers, controller and elements, and connects them. Nothing else does. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-500.css';
import '@fontsource/jetbrains-mono/latin-600.css';
import { fail, toProblem } from '#base/problem';
import { parseServingCatalog, servingRun, servingSelector } from '#app/address';
import { AppController } from '#app/app-controller';
import { CommandRegistry } from '#app/commands';
import { defaultView } from '#app/defaults';
import { MapFeed } from '#app/map-feed';
import type { SampleInfo } from '#app/model';
import { RenderClient } from '#app/render-client';
import { encodeView, decodeView } from '#app/view-url';
import { viewerCommands } from '#app/viewer-commands';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { SpyApp } from '#ui/app';
import { resolveTheme, watchPreference } from '#ui/theme';
import { uiCommands } from '#ui/ui-commands';
import { MapAdapter } from './map-adapter';

/** How long the address lags behind the view, so that panning does not flood the history. */
const ADDRESS_DELAY_MS = 400;
const WARM_UP_DELAY_MS = 300;

async function fetchJson(path: string): Promise<unknown> {
  const response = await fetch(path);
  if (!response.ok) fail('site/missing-file', `This site does not have ${path}`);
  return (await response.json()) as unknown;
}

async function fetchSample(sample: SampleInfo): Promise<File> {
  const response = await fetch(`samples/${sample.file}`);
  if (!response.ok) fail('site/missing-file', `This site does not have the sample ${sample.file}`);
  return new File([await response.blob()], sample.file);
}

async function start(): Promise<void> {
  const feed = new MapFeed();
  const linked = decodeView(location.hash);
  const samples = (await fetchJson('samples/samples.json').catch(() => [])) as SampleInfo[];
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
      },
      map: feed,
      clock: {
        now: () => performance.now(),
        request: (callback) => requestAnimationFrame(callback),
        cancel: (handle) => {
          cancelAnimationFrame(handle);
        },
      },
      samples,
      fetchSample,
      now: () => performance.now(),
    },
    { ...defaultView(), ...linked?.view },
  );
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
  app.samples = samples;
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
  if (import.meta.env.MODE !== 'production' || location.hostname === '127.0.0.1')
    exposeForTests(controller, renderer);
  await openAddress(controller, linked?.playhead);
}

/** Opens what `?serving=` names, or says why it cannot. */
async function openAddress(controller: AppController, playhead: number | undefined): Promise<void> {
  try {
    const selector = servingSelector(location.search);
    if (selector === undefined) return;
    const catalog = parseServingCatalog(await fetchJson('servings/registry.json'));
    const { settings, feed } = servingRun(catalog, selector);
    controller.openSample(feed.name, { settings, autoplay: playhead === undefined });
  } catch (error) {
    controller.refuseAddress(toProblem(error));
  }
}

/** Keeps the fragment in step with the view; the query is left as it is. */
function keepAddress(controller: AppController): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    const { playing, follow, playhead } = controller.player.value;
    const fragment = encodeView(
      follow ? { ...controller.view.value, camera: undefined } : controller.view.value,
      playing || follow ? undefined : playhead,
    );
    if (fragment !== location.hash)
      history.replaceState(null, '', fragment || location.pathname + location.search);
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, ADDRESS_DELAY_MS);
  };
  controller.view.subscribe(later);
  controller.player.subscribe(later);
}

/** On loopback the browser tests look behind the elements; nothing is reachable that the page cannot do itself. */
function exposeForTests(controller: AppController, renderer: RenderClient): void {
  Object.assign(globalThis, { spymaster: { controller, renderer } });
}

void start();
