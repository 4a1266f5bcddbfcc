import type { CommandRegistry } from '#app/commands';

/** Ids under which buttons run their command and look up its key; without the command the button has no hint. */
export const COMMAND_IDS = {
  togglePlay: 'play.toggle',
  restart: 'play.restart',
  stepBack: 'play.back',
  stepForward: 'play.forward',
  end: 'play.end',
  goToTime: 'play.go-to',
  follow: 'view.follow',
  fit: 'view.fit',
  theme: 'view.theme',
  zone: 'view.zone',
  open: 'file.open',
  cancel: 'file.cancel',
  digest: 'file.digest',
  openSettings: 'file.open-settings',
  help: 'help.keys',
  instruments: 'file.instruments',
  table: 'view.table',
  signal: 'view.signal-panel',
  focusMap: 'map.focus',
} as const;

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

/** Keys of a chord as they are printed: `Shift+ArrowLeft` → `['Shift', '←']`. */
export function chordKeys(chord: string, mac: boolean): string[] {
  // The plus key itself may end a chord.
  const keys = chord === '+' ? ['+'] : chord.split(/\+(?!$)/);
  return keys.map((key) => (key === 'Mod' ? (mac ? '⌘' : 'Ctrl') : (KEY_NAMES[key] ?? key)));
}

export function isMac(): boolean {
  return typeof navigator !== 'undefined' && navigator.userAgent.includes('Mac');
}

/** `Play (Space)`, or the bare title when the command has no key. */
export function withKey(title: string, commands: CommandRegistry, id: string): string {
  const chord = commands.get(id)?.keys[0];
  return chord === undefined ? title : `${title} (${chordKeys(chord, isMac()).join('+')})`;
}
