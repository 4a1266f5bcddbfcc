import { describe, expect, it } from 'vitest';
import { CommandRegistry } from '#app/commands';
import { chordKeys, withKey } from '#ui/command-ids';

describe('keys in print', () => {
  it('name chords as the keyboard does', () => {
    expect(chordKeys('Mod+Shift+P', false)).toEqual(['Ctrl', 'Shift', 'P']);
    expect(chordKeys('Mod+Shift+P', true)).toEqual(['⌘', 'Shift', 'P']);
    expect(chordKeys('Shift+ArrowLeft', false)).toEqual(['Shift', '←']);
    expect(chordKeys('+', false)).toEqual(['+']);
    expect(chordKeys('Mod++', false)).toEqual(['Ctrl', '+']);
  });

  it('stand behind the title of a registered command only', () => {
    const commands = new CommandRegistry();
    commands.register([{ id: 'a', title: 'A', group: 'View', keys: ['Space'], run: () => undefined }]);
    expect(withKey('Play', commands, 'a')).toBe('Play (Space)');
    expect(withKey('Play', commands, 'b')).toBe('Play');
  });
});
