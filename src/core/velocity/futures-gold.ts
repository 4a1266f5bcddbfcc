import { CombinedField } from '#core/velocity/combined-field';
import type { Forecast, Forecaster, OptionObstacles } from '#core/velocity/forecast';
import { createForecaster } from '#core/velocity/forecasters';
import { FuturesPhysics } from '#core/velocity/futures-physics';
import { driftOf } from '#core/velocity/particle-forecast';
import type { PhysicsFrame } from '#core/velocity/physics-fields';
import type { SpotWindow } from '#core/velocity/spot-window';
import type { VelocityConfig } from '#core/velocity/velocity-config';

/** All that follows from silver of a future, window by window: physics, combined field, drift, forecast. */
export class FuturesGold {
  readonly field: CombinedField;
  readonly drift: Float64Array;
  readonly #config: VelocityConfig;
  readonly #physics: FuturesPhysics;
  readonly #forecaster: Forecaster;

  constructor(config: VelocityConfig) {
    this.#config = config;
    this.#physics = new FuturesPhysics(config);
    this.#forecaster = createForecaster(config);
    this.field = new CombinedField(config.futures.grid_max_ticks);
    this.drift = new Float64Array(this.field.width);
  }

  /** @returns the frame, valid until the next call; `undefined` for a window without an anchor */
  physics(window: SpotWindow): PhysicsFrame | undefined {
    return window.anchor > 0 ? this.#physics.process(window) : undefined;
  }

  /** Fills `field` and `drift` from a frame. */
  combine(frame: PhysicsFrame): void {
    this.field.combine(frame);
    driftOf(this.field, this.#config, this.drift);
  }

  /** After `combine` with the same frame. */
  forecast(frame: PhysicsFrame, options?: OptionObstacles): Forecast {
    return this.#forecaster.forecast(this.field, frame, options);
  }
}
