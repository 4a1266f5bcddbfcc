import type { Forecaster } from '#core/velocity/forecast';
import { InertialForecaster } from '#core/velocity/inertial-forecast';
import { ParticleForecaster } from '#core/velocity/particle-forecast';
import type { VelocityConfig } from '#core/velocity/velocity-config';

/** The forecaster that the configuration names. */
export function createForecaster(config: VelocityConfig): Forecaster {
  return config.forecast.engine === 'inertial'
    ? new InertialForecaster(config)
    : new ParticleForecaster(config);
}
