import { describe, expect, it } from 'vitest';
import { frameLayout, showsWelcome } from '#ui/layout';

describe('the start page', () => {
  it('stays until there is something to show', () => {
    expect(showsWelcome({ phase: 'empty', bins: 0 })).toBe(true);
    expect(showsWelcome({ phase: 'probing', bins: 0 })).toBe(true);
    expect(showsWelcome({ phase: 'failed', bins: 0 })).toBe(true);
  });

  it('never covers what is loaded or about to be', () => {
    expect(showsWelcome({ phase: 'probing', bins: 10 })).toBe(false);
    expect(showsWelcome({ phase: 'failed', bins: 10 })).toBe(false);
    expect(showsWelcome({ phase: 'loading', bins: 0 })).toBe(false);
    expect(showsWelcome({ phase: 'cancelled', bins: 0 })).toBe(false);
    expect(showsWelcome({ phase: 'ready', bins: 0 })).toBe(false);
  });
});

describe('the frame', () => {
  it('shows everything on a desktop', () => {
    expect(frameLayout(1600, undefined)).toMatchObject({ panels: 'docked', depth: true, signal: true });
  });

  it('lets the user close the signal panel at any width', () => {
    expect(frameLayout(1600, null)).toMatchObject({ depth: true, signal: false });
  });

  it('gives up one of the side panels on a small window', () => {
    expect(frameLayout(800, undefined)).toMatchObject({ panels: 'docked', depth: true, signal: false });
    expect(frameLayout(800, 'signal')).toMatchObject({ panels: 'docked', depth: false, signal: true });
  });

  it('turns panels into tabs on a phone, with the map alone until one is asked for', () => {
    expect(frameLayout(390, undefined)).toMatchObject({
      panels: 'tabs',
      depth: false,
      signal: false,
      tab: undefined,
    });
    expect(frameLayout(390, 'cell').tab).toBe('cell');
    expect(frameLayout(390, null).tab).toBeUndefined();
  });
});
