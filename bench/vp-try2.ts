import { TickStore } from '#core/vp/tick-store';
import { readFileSync } from 'node:fs';
const tr = new Float64Array(readFileSync('/tmp/vpb/trace.bin').buffer.slice(0));
const N = tr.length / 8;
for (let r = 0; r < 6; r++) {
  const st = new TickStore(8192, { tau_velocity: 2, tau_acceleration: 5, tau_jerk: 10, tau_rest_decay: 30 }, 0.1);
  const t0 = process.cpuUsage().user; let edges = 0;
  let end = Math.floor(tr[1] / 1e8) * 1e8 + 1e8;
  for (let i = 0; i < N; i++) {
    const o = i * 8; const t = tr[o + 1];
    while (t >= end) { st.closeEdge(end); st.beginBin(); end += 1e8; edges++; }
    st.touch(tr[o] | 0, t, tr[o + 2], tr[o + 3], tr[o + 4], tr[o + 5], tr[o + 6], tr[o + 7]);
  }
  const s = (process.cpuUsage().user - t0) / 1e6;
  console.log(s.toFixed(3), (s / N * 1e9).toFixed(1), 'ns/touch', edges, st.state[4096 * 24 + 5]);
}
