/**
 * What the signal panel and the bottom bar say about the forces of one bin (vacuum-pressure.md section 22.6):
 * badge, guidance and risk, each with the words that explain it. No colour carries a meaning alone: every tone
 * has a word and a shape.
 */
import type { BinReadout, ForceSummary } from '#app/model';
import { formatPercent, NONE } from '#ui/format';

/** Badge colours, by the tokens `--tone-*`. */
export type Tone = 'up' | 'lean-up' | 'chop' | 'lean-down' | 'down' | 'tighten';

export interface Verdict {
  readonly label: string;
  readonly tone: Tone;
  readonly note: string;
}

/** Shape that goes with a tone. */
export const TONE_MARK: Readonly<Record<Tone, string>> = {
  up: '▲',
  'lean-up': '△',
  chop: '◆',
  'lean-down': '▽',
  down: '▼',
  tighten: '◇',
};

/** Forces that are printed as 0.0 are none: nothing is read from them. */
const LEAST_FORCE = 0.05;
const NO_READING: Verdict = { label: 'NONE', tone: 'chop', note: 'No force around the price' };

export function hasForce({ total }: ForceSummary): boolean {
  return total >= LEAST_FORCE;
}

const BIAS = 5;
const LEAN = 2;

export function stateOf(f: ForceSummary): Verdict {
  if (f.net > BIAS && f.upAligned) {
    return { label: 'UP BIAS', tone: 'up', note: 'Path above is thinning while support below is building.' };
  }
  if (f.net < -BIAS && f.downAligned) {
    return {
      label: 'DOWN BIAS',
      tone: 'down',
      note: 'Support is giving way while resistance above is building.',
    };
  }
  if (f.net > LEAN) {
    return {
      label: 'UP LEAN',
      tone: 'lean-up',
      note: 'Bull forces lead, but the two sides do not agree yet.',
    };
  }
  if (f.net < -LEAN) {
    return {
      label: 'DOWN LEAN',
      tone: 'lean-down',
      note: 'Bear forces lead, but the two sides do not agree yet.',
    };
  }
  const note = hasForce(f) ? 'Forces cancel out; no side has an edge.' : 'There is no force on either side.';
  return { label: 'CHOP', tone: 'chop', note };
}

export function longGuidance(f: ForceSummary): Verdict {
  if (!hasForce(f)) return NO_READING;
  if (f.net > BIAS && f.upAligned) return { label: 'HOLD', tone: 'up', note: 'Flow is with the position' };
  if (f.net > -LEAN)
    return { label: 'TIGHTEN', tone: 'tighten', note: 'Edge is thin, bring the stop closer' };
  return { label: 'EXIT', tone: 'down', note: 'Bear forces lead' };
}

export function shortGuidance(f: ForceSummary): Verdict {
  if (!hasForce(f)) return NO_READING;
  if (f.net < -BIAS && f.downAligned) return { label: 'HOLD', tone: 'up', note: 'Flow is with the position' };
  if (f.net < LEAN) return { label: 'TIGHTEN', tone: 'tighten', note: 'Edge is thin, bring the stop closer' };
  return { label: 'EXIT', tone: 'down', note: 'Bull forces lead' };
}

const EXCESS = 1.15;
const RISK_FLOOR = 2;

export function riskOf(f: ForceSummary): Verdict {
  if (f.vacuumBelow > Math.max(EXCESS * f.pressureBelow, RISK_FLOOR)) {
    return { label: 'SUPPORT FAILING', tone: 'down', note: 'Vacuum below outweighs support.' };
  }
  if (f.vacuumAbove > Math.max(EXCESS * f.pressureAbove, RISK_FLOOR)) {
    return { label: 'RESISTANCE THINNING', tone: 'up', note: 'Vacuum above outweighs resistance.' };
  }
  if (f.net >= RISK_FLOOR)
    return { label: 'UP ADVANTAGE', tone: 'lean-up', note: 'No side fails; bull forces lead.' };
  if (f.net <= -RISK_FLOOR) {
    return { label: 'DOWN ADVANTAGE', tone: 'lean-down', note: 'No side fails; bear forces lead.' };
  }
  return { label: 'BALANCED', tone: 'chop', note: 'Neither side fails and neither leads.' };
}

/** Position of the net-edge marker, 0 (bear) … 0.5 … 1 (bull). */
export function edgePosition(net: number): number {
  return Number.isFinite(net) ? 0.5 + 0.5 * Math.tanh(net / 200) : 0.5;
}

/** As printed; a share of nothing is none. */
export function convictionText(f: ForceSummary): string {
  return hasForce(f) ? formatPercent(f.conviction) : NONE;
}

export type ConvictionLevel = 'high' | 'medium' | 'low';

/** A large share of next to nothing is no conviction. */
export function convictionLevel({ conviction, total }: ForceSummary): ConvictionLevel {
  const percent = total < RISK_FLOOR ? 0 : conviction * 100;
  return percent >= 60 ? 'high' : percent >= 35 ? 'medium' : 'low';
}

export interface ModelStatus {
  readonly label: string;
  readonly kind: 'live' | 'warm' | 'wait';
}

export function modelStatus(model: BinReadout['model'] | undefined): ModelStatus {
  if (!model || model.sampleCount < 1) return { label: 'WAIT', kind: 'wait' };
  return model.ready
    ? { label: `${model.name.toUpperCase()} LIVE`, kind: 'live' }
    : { label: 'WARM', kind: 'warm' };
}

const STATE5: Readonly<Record<string, string>> = {
  '-2': 'bear vacuum',
  '-1': 'bear pressure',
  '0': 'mixed',
  '1': 'bull pressure',
  '2': 'bull vacuum',
};

/** Words for `state5_code`. */
export function state5Name(code: number): string {
  return STATE5[String(code)] ?? `code ${code}`;
}

/** Words for `flow_state_code`. */
export function flowStateName(code: number): string {
  return code > 0 ? 'pressure' : code < 0 ? 'vacuum' : code === 0 ? 'neutral' : NONE;
}
