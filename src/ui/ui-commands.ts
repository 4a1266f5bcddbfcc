import type { Command } from '#app/commands';
import type { SpyApp } from '#ui/app';
import { COMMAND_IDS } from '#ui/command-ids';

/** Commands that concern only the page itself, beside those of the viewer. */
export function uiCommands(app: SpyApp): Command[] {
  const loaded = (): boolean => app.model.session.value.bins > 0;
  return [
    {
      id: COMMAND_IDS.instruments,
      title: 'Choose an instrument…',
      group: 'File',
      keys: ['I'],
      run: () => app.chooseInstrument(),
      enabled: () => app.model.session.value.instruments.length > 0,
    },
    {
      id: COMMAND_IDS.openSettings,
      title: 'Bin width and start…',
      group: 'File',
      keys: ['Shift+O'],
      run: () => app.changeOpenSettings(),
      // The configuration of a serving is its own.
      enabled: () => app.model.session.value.serving === undefined,
    },
    {
      id: COMMAND_IDS.table,
      title: 'Table of the current bin',
      group: 'View',
      keys: ['Shift+T'],
      run: () => app.toggleTable(),
      enabled: loaded,
    },
    {
      id: COMMAND_IDS.signal,
      title: 'Show or hide the signal panel',
      group: 'View',
      keys: ['Shift+P'],
      run: () => app.toggleSignal(),
      enabled: loaded,
    },
    {
      id: COMMAND_IDS.focusMap,
      title: 'Focus the map',
      group: 'Map',
      keys: ['M'],
      run: () => app.focusMap(),
      enabled: loaded,
    },
  ];
}
