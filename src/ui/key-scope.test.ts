import { describe, expect, it } from 'vitest';
import { belongsToCommands, focusKindOf, type FocusNode } from '#ui/key-scope';

function press(key: string, more: { ctrlKey?: boolean } = {}): Parameters<typeof belongsToCommands>[0] {
  return { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more };
}

const body: FocusNode = { tagName: 'BODY' };

describe('what has the focus', () => {
  it('is found through shadow roots along the composed path', () => {
    expect(focusKindOf([{ tagName: 'DIV' }, {}, { tagName: 'SPY-MAP' }, body])).toBe('page');
    expect(focusKindOf([{ tagName: 'path' }, { tagName: 'BUTTON' }, {}, body])).toBe('button');
    expect(focusKindOf([{ tagName: 'SELECT' }, body])).toBe('control');
    expect(focusKindOf([{ tagName: 'INPUT', type: 'search' }, body])).toBe('text');
    expect(focusKindOf([{ tagName: 'INPUT', type: 'range' }, body])).toBe('control');
    expect(focusKindOf([{ tagName: 'BUTTON' }, { tagName: 'DIALOG' }, body])).toBe('dialog');
    expect(
      focusKindOf([
        { tagName: 'INPUT', type: 'radio' },
        { tagName: 'DIV', hasAttribute: (a) => a === 'popover' },
      ]),
    ).toBe('dialog');
  });
});

describe('a button', () => {
  it('that was clicked does not keep Space to itself', () => {
    expect(focusKindOf([{ tagName: 'BUTTON' }, body], true)).toBe('page');
    expect(focusKindOf([{ tagName: 'BUTTON' }, body], false)).toBe('button');
    expect(focusKindOf([{ tagName: 'SELECT' }, body], true)).toBe('control');
  });
});

describe('key presses', () => {
  it('reach the commands from the page', () => {
    expect(belongsToCommands(press(' '), 'page')).toBe(true);
    expect(belongsToCommands(press('ArrowLeft'), 'page')).toBe(true);
  });

  it('stay with a control that uses them', () => {
    expect(belongsToCommands(press(' '), 'control')).toBe(false);
    expect(belongsToCommands(press('ArrowLeft'), 'control')).toBe(false);
    expect(belongsToCommands(press('f'), 'control')).toBe(true);
    expect(belongsToCommands(press(' '), 'button')).toBe(false);
    expect(belongsToCommands(press('ArrowLeft'), 'button')).toBe(true);
  });

  it('are text in a text field, except chords', () => {
    expect(belongsToCommands(press('g'), 'text')).toBe(false);
    expect(belongsToCommands(press('o', { ctrlKey: true }), 'text')).toBe(true);
  });

  it('stay inside a dialog', () => {
    expect(belongsToCommands(press('Escape'), 'dialog')).toBe(false);
  });
});
