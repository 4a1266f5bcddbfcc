import { TickStore } from '#core/vp/tick-store';
import { readFileSync } from 'node:fs';
const tr = new Float64Array(readFileSync('/tmp/vpb/trace.bin').buffer.slice(0));
const N = 1000000; const dep = new Float64Array(16384);
for (let r = 0; r < 12; r++) {
  const st = new TickStore(dep, { tau_velocity: 2, tau_acceleration: 5, tau_jerk: 10, tau_rest_decay: 30 }, 0.1);
  const t0 = process.cpuUsage().user; let edges = 0;
  let end = Math.floor(tr[1] / 1e8) * 1e8 + 1e8;
  for (let i = 0; i < N; i++) {
    const o = i * 8; const t = tr[o + 1];
    while (t >= end) { st.closeEdge(end); st.beginBin(); end += 1e8; edges++; }
    const sl = tr[o] | 0; dep[2*sl]=tr[o+6]; dep[2*sl+1]=tr[o+7]; st.now[0]=t; st.touch(sl, tr[o + 2]|0, tr[o + 3]|0, tr[o + 4]|0, tr[o + 5]|0);
  }
  const s = (process.cpuUsage().user - t0) / 1e6;
  console.log(s.toFixed(3), (s / N * 1e9).toFixed(1), 'ns/touch', edges, st.state[4096 * 24 + 5]);
}
