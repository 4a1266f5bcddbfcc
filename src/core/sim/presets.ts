import { simulatorOptions, type SimulatorOptions } from '#core/sim/options';

export interface SimulatorPreset {
  readonly title: string;
  readonly description: string;
  readonly options: SimulatorOptions;
}

/** Ready-made markets. Override single options by spreading: `{ ...PRESETS.busy.options, seed: 7 }`. */
export const PRESETS = {
  /** Background only: what the features stand out from. */
  calm: {
    title: 'Calm',
    description: 'A quiet hour: 300 records/s, small swings, no features.',
    options: simulatorOptions({ durationSeconds: 3600, rate: 300, volatility: 0.3 }),
  },
  /** An ordinary trading day with something happening every twenty seconds or so. */
  busy: {
    title: 'Busy',
    description:
      'Ten minutes of a busy session: 2,500 records/s, clustered volatility, a random feature about three times a minute.',
    options: simulatorOptions({
      durationSeconds: 600,
      rate: 2500,
      depthOrders: 18,
      volatility: 0.6,
      randomFeaturesPerMinute: 4,
    }),
  },
  /** Everything at once, interruptions of the feed included: for stress and for robustness. */
  storm: {
    title: 'Storm',
    description:
      'Five minutes of turmoil: 10,000 records/s, strong swings, all features including halts, gaps, clears and one-sided books.',
    options: simulatorOptions({
      durationSeconds: 300,
      rate: 10_000,
      depthOrders: 22,
      volatility: 1,
      partialFill: 'modify',
      randomFeaturesPerMinute: 15,
      features: {
        sweep: true,
        iceberg: true,
        wall: true,
        vacuum: true,
        news: true,
        halt: true,
        gap: true,
        snapshot: true,
        clear: true,
        'one-sided': true,
      },
    }),
  },
  /** The shipped sample: the things worth looking at, one after the other, with calm between them. */
  demo: {
    title: 'Demo',
    description:
      'Twelve minutes, about 400 records/s on average: calm, a wall that flees, an absorbing iceberg, a second wall that is followed by a vacuum, a sweep, a news burst, recovery.',
    options: simulatorOptions({
      seed: 58,
      durationSeconds: 720,
      rate: 420,
      volatility: 0.5,
      schedule: [
        { kind: 'wall', atSeconds: 80, side: 'ask', scale: 2, durationSeconds: 45 },
        { kind: 'iceberg', atSeconds: 150, side: 'bid', scale: 8, durationSeconds: 70 },
        { kind: 'wall', atSeconds: 255, side: 'bid', scale: 2, durationSeconds: 40 },
        { kind: 'vacuum', atSeconds: 300, side: 'bid', scale: 1.4 },
        { kind: 'sweep', atSeconds: 390, side: 'ask' },
        { kind: 'news', atSeconds: 450, durationSeconds: 3 },
      ],
    }),
  },
} as const satisfies Readonly<Record<string, SimulatorPreset>>;

export type PresetName = keyof typeof PRESETS;
