/**
 * Every state of the viewer page with made-up data, for design work and visual regression: `gallery.html#loading`.
 * `?theme=light` in the fragment's query part chooses the theme: `#loading?theme=light`. When a picture stands,
 * the document element carries `data-ready`.
 */
import '@fontsource-variable/inter/wght.css';
import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-500.css';
import '@fontsource/jetbrains-mono/latin-600.css';
import { CommandRegistry } from '#app/commands';
import { viewerCommands } from '#app/viewer-commands';
import { SpyApp } from '#ui/app';
import { FakeMap } from '#ui/testing/fake-map';
import { FAKE_SAMPLES, FakeModel } from '#ui/testing/fake-model';
import { GALLERY_STATES, type GalleryState } from '#ui/testing/gallery-states';
import { uiCommands } from '#ui/ui-commands';

async function show(state: GalleryState, theme: string | null): Promise<void> {
  const model = new FakeModel();
  const map = new FakeMap(model);
  if (theme === 'light' || theme === 'dark') model.setView({ theme });
  const scene = { model, map };
  state.prepare?.(scene);
  const app = new SpyApp();
  app.model = model;
  app.actions = model;
  app.map = map;
  app.samples = FAKE_SAMPLES;
  app.commands = new CommandRegistry();
  app.commands.register(viewerCommands(model, model, app.moves, app));
  app.commands.register(uiCommands(app));
  document.body.replaceChildren(app);
  await document.fonts.ready;
  await settled(app, map);
  await state.act?.(app, scene);
  await settled(app, map);
  document.documentElement.dataset['ready'] = state.name;
}

async function settled(app: SpyApp, map: FakeMap): Promise<void> {
  for (let frame = 0; frame < 4; frame++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await app.updateComplete;
    await map.whenIdle();
  }
}

function list(): void {
  const links = GALLERY_STATES.map(({ name, about }) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = `#${name}`;
    link.textContent = name;
    item.append(link, ` – ${about}`);
    return item;
  });
  const index = document.createElement('ul');
  index.append(...links);
  document.body.replaceChildren(index);
}

function start(): void {
  const [name, query = ''] = location.hash.slice(1).split('?');
  const state = GALLERY_STATES.find((s) => s.name === name);
  delete document.documentElement.dataset['ready'];
  if (state) void show(state, new URLSearchParams(query).get('theme'));
  else list();
}

addEventListener('hashchange', () => {
  location.reload();
});
start();
