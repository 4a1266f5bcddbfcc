import { expect, it } from 'vitest';
import { fixturePath, readJson } from '#testdata/fixtures';
import { fillState5, microstateId, STATE5_ABOVE, STATE5_BELOW } from '#core/score/microstate';

interface LabelCase {
  ask_sign: number;
  bid_sign: number;
  microstate_id: number;
  state5_above: number;
  state5_center: number;
  state5_below: number;
}

it('numbers and labels the microstates as the reference vectors do', () => {
  const cases = readJson<LabelCase[]>(fixturePath('vp', 'unit', 'labels.json'));
  expect(cases.length).toBe(9);
  for (const c of cases) {
    const id = microstateId(c.ask_sign, c.bid_sign);
    expect(id).toBe(c.microstate_id);
    expect([STATE5_ABOVE[id], STATE5_BELOW[id]]).toEqual([c.state5_above, c.state5_below]);
    const labels = new Int8Array(7);
    fillState5(labels, id);
    const { state5_below: below, state5_center: center, state5_above: above } = c;
    expect([...labels]).toEqual([below, below, below, center, above, above, above]);
  }
});
