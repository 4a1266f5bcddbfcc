import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { DEFAULT_VELOCITY_CONFIG, parseVelocityConfig } from '#core/velocity/velocity-config';
import { readJson } from '#testdata/fixtures';
import { velocityPath } from '#testdata/velocity-golden';

function messageOf(source: Record<string, unknown>): string {
  try {
    parseVelocityConfig(source);
    return 'accepted';
  } catch (error) {
    return error instanceof ProblemError ? `${error.problem.code}: ${error.problem.message}` : String(error);
  }
}

describe('velocity configuration', () => {
  it('has the defaults of the golden set', () => {
    const golden = parseVelocityConfig(readJson<Record<string, unknown>>(velocityPath('config.json')));
    expect(golden).toEqual(DEFAULT_VELOCITY_CONFIG);
  });

  it('takes single fields and moves the grid of gold with the reach of silver', () => {
    const config = parseVelocityConfig({ futures: { grid_max_ticks: 160 }, gold: { near: { radius: 8 } } });
    expect(config.gold.grid).toEqual([-160, 160]);
    expect(config.gold.near).toEqual({ sigma: 6, radius: 8 });
    expect(config.futures.tick_int).toBe(250_000_000);
  });

  it.each([
    [{ window_ns: 7_000_000_000 }, 'config/inconsistent: window_ns must divide a day'],
    [{ futures: { tick_int: 0 } }, 'config/out-of-range: futures.tick_int'],
    [{ futures: { ticks: 1 } }, 'config/unknown-field: futures.ticks is not'],
    [{ futures: 3 }, 'config/not-a-mapping: futures must be'],
    [{ gold: { near: { sigma: 'wide' } } }, 'config/not-a-number: gold.near.sigma'],
    [{ gold: { grid: [-100, 100] } }, 'config/inconsistent: gold.grid must reach'],
    [{ gold: { taus_s: [1, 2, 3] } }, 'config/out-of-range: gold.taus_s'],
    [{ forecast: { particle_clip: 201 } }, 'config/inconsistent: forecast.particle_clip'],
    [{ forecast: { n_particles: 7 } }, 'config/inconsistent: forecast.n_particles must be even'],
    [{ forecast: { engine: 'oracle' } }, 'config/out-of-range: forecast.engine must be one of'],
  ])('refuses %j', (source, message) => expect(messageOf(source)).toContain(message));
});
