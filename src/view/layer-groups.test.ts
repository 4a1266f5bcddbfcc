import { describe, expect, it } from 'vitest';
import { GRID_COLUMNS } from '#core/vp/columns';
import { layerGroups, layerTitle, unitText } from '#view/layer-groups';

describe('the layer menu', () => {
  it('lists every column exactly once', () => {
    const listed = layerGroups()
      .flatMap((g) => g.layers.map((l) => l.id))
      .filter((id) => id !== 'composite-view');
    expect([...listed].sort()).toEqual(GRID_COLUMNS.map((c) => c.name).sort());
  });

  it('puts the columns where a user looks for them', () => {
    const group = (id: string): string | undefined =>
      layerGroups().find((g) => g.layers.some((l) => l.id === id))?.title;
    expect(group('composite-view')).toBe('Overview');
    expect(group('flow_score')).toBe('Forces');
    expect(group('rest_depth')).toBe('Depth');
    expect(group('v_rest_depth')).toBe('Velocity');
    expect(group('ask_reprice_sign')).toBe('Labels');
    expect(group('a_ask_depth')).toBe('Acceleration');
  });

  it('does not repeat the group in each title', () => {
    const velocity = layerGroups().find((g) => g.title === 'Velocity')!;
    expect(velocity.layers.map((l) => l.title)).toContain('Bid depth');
  });

  it('names units in the quantity of the instrument', () => {
    expect(unitText('q/s²', 'contracts')).toBe('contracts/s²');
    expect(unitText('q', 'shares')).toBe('shares');
    expect(unitText('1/s', 'shares')).toBe('1/s');
    expect(unitText('q/s', undefined)).toBe('q/s');
  });

  it('has a title for every layer', () => {
    expect(layerTitle('composite-view')).toBe('Pressure and vacuum');
    expect(layerTitle('vacuum_variant')).toBe('Vacuum');
    expect(layerTitle('of_tomorrow')).toBe('of_tomorrow');
  });
});
