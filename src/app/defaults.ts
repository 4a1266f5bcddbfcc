import type { SessionState, ViewState } from '#app/model';

export function emptySession(): SessionState {
  return {
    phase: 'empty',
    files: [],
    opening: [],
    synthetic: false,
    serving: undefined,
    instruments: [],
    instrument: undefined,
    config: undefined,
    multiplierAssumed: false,
    firstBinStartNs: 0n,
    cellWidthNs: 1e8,
    bins: 0,
    progress: undefined,
    failure: undefined,
    fingerprint: undefined,
    anomalies: {},
    end: undefined,
  };
}

export function defaultView(): ViewState {
  return {
    camera: undefined,
    cameraSize: undefined,
    layer: 'composite-view',
    palette: undefined,
    transfer: undefined,
    statistic: undefined,
    showTrails: true,
    showProjection: true,
    theme: 'system',
    zone: 'exchange',
  };
}
