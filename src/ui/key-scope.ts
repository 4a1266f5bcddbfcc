/**
 * Which key presses belong to the command registry. Native controls keep their own keys: Space presses a focused
 * button, arrows move a focused slider, letters go into a text field.
 */
import type { KeyPress } from '#app/commands';

export type FocusKind =
  /** Nothing in particular, or the map. */
  | 'page'
  /** Text input. */
  | 'text'
  /** Button or link that was reached by keyboard: Space and Enter press it. */
  | 'button'
  /** Slider, radio, select: uses arrows and more. */
  | 'control'
  /** Inside an open dialog or popover. */
  | 'dialog';

const BUTTON_KEYS = new Set([' ', 'Enter']);
const CONTROL_KEYS = new Set([
  ' ',
  'Enter',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
]);

export function belongsToCommands(key: KeyPress, focus: FocusKind): boolean {
  switch (focus) {
    case 'page':
      return true;
    case 'text':
      return key.ctrlKey || key.metaKey;
    case 'button':
      return !BUTTON_KEYS.has(key.key);
    case 'control':
      return !CONTROL_KEYS.has(key.key);
    case 'dialog':
      return false;
  }
}

const TEXT_INPUTS = new Set(['text', 'search', 'number', 'email', 'url', 'password', 'tel', 'date', 'time']);
const BUTTON_TAGS = new Set(['BUTTON', 'A', 'SUMMARY']);
const CONTROL_TAGS = new Set(['SELECT', 'INPUT']);

/** The part of an `Element` that tells what kind of focus it takes. */
export interface FocusNode {
  readonly tagName?: string;
  readonly type?: string;
  readonly isContentEditable?: boolean;
  hasAttribute?(name: string): boolean;
}

/**
 * A clicked button keeps the focus without showing it; Space then still means what it meant before the click.
 *
 * @param byPointer the focus was last moved by a pointer
 * @param path the composed path of the key event, innermost first
 */
export function focusKindOf(path: readonly FocusNode[], byPointer = false): FocusKind {
  if (path.some((node) => node.tagName === 'DIALOG' || node.hasAttribute?.('popover') === true))
    return 'dialog';
  for (const node of path) {
    const tag = node.tagName ?? '';
    if (tag === 'TEXTAREA' || node.isContentEditable === true) return 'text';
    if (tag === 'INPUT' && TEXT_INPUTS.has(node.type ?? 'text')) return 'text';
    if (BUTTON_TAGS.has(tag)) return byPointer ? 'page' : 'button';
    if (CONTROL_TAGS.has(tag)) return 'control';
  }
  return 'page';
}
