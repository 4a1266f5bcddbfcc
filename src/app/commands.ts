/**
 * One registry of commands feeds the toolbar, the command palette, the hotkeys and the help page, so that none
 * of them can disagree.
 */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: 'File' | 'Playback' | 'View' | 'Map' | 'Help';
  /** Key chords in the form `Shift+ArrowLeft`, `Mod+Shift+P`, `?`; the first is shown. `Mod` is Ctrl or Cmd. */
  readonly keys: readonly string[];
  readonly run: () => void;
  /** Whether it can run now; absent = always. */
  readonly enabled?: () => boolean;
}

export class CommandRegistry {
  readonly #byId = new Map<string, Command>();

  register(commands: readonly Command[]): void {
    for (const command of commands) {
      if (this.#byId.has(command.id)) throw new Error(`command ${command.id} is registered twice`);
      this.#byId.set(command.id, command);
    }
  }

  all(): readonly Command[] {
    return [...this.#byId.values()];
  }

  get(id: string): Command | undefined {
    return this.#byId.get(id);
  }

  /** Runs a command if it is known and enabled; says whether it ran. */
  run(id: string): boolean {
    const command = this.#byId.get(id);
    if (!command || command.enabled?.() === false) return false;
    command.run();
    return true;
  }

  /** Runs the command bound to a key press; says whether there was one. */
  handleKey(event: KeyPress): boolean {
    const chord = chordOf(event);
    for (const command of this.#byId.values()) {
      if (command.keys.includes(chord)) return this.run(command.id);
    }
    return false;
  }
}

/** The part of a `KeyboardEvent` that names a chord. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Canonical chord of a key press. Shift is named only with keys that Shift does not already change. */
export function chordOf(event: KeyPress): string {
  const named = event.key.length > 1 || event.key === ' ';
  const key = event.key === ' ' ? 'Space' : event.key;
  const letter = /^[a-z]$/i.test(key);
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('Mod');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey && (named || letter)) parts.push('Shift');
  parts.push(letter ? key.toUpperCase() : key);
  return parts.join('+');
}
