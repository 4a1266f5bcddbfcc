import { TickStore } from '#core/vp/tick-store';
import { TickReader } from '#core/vp/tick-reader';
import { Forces } from '#core/vp/forces';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { readFileSync } from 'node:fs';
const tr = new Float64Array(readFileSync('/tmp/vpb/trace.bin').buffer.slice(0));
const N = 200000;
const st = new TickStore(8192, DEFAULT_RUNTIME_CONFIG, 0.1);
let end = Math.floor(tr[1] / 1e8) * 1e8 + 1e8;
for (let i = 0; i < N; i++) {
  const o = i * 8; const t = tr[o + 1];
  while (t >= end) { st.closeEdge(end); st.beginBin(); end += 1e8; }
  st.touch(tr[o] | 0, t, tr[o + 2], tr[o + 3], tr[o + 4], tr[o + 5], tr[o + 6], tr[o + 7]);
}
st.closeEdge(end); st.beginBin();
const rd = new TickReader(st, new Forces(DEFAULT_RUNTIME_CONFIG));
const out = new Float64Array(32 * 101);
for (let r = 0; r < 6; r++) {
  const t0 = process.cpuUsage().user;
  let sum = 0;
  for (let b = 0; b < 20000; b++) { for (let k = 0; k < 101; k++) { rd.read(4096 - 50 + k + (b & 3), out, k, 101); sum += rd.pressure; } }
  const s = (process.cpuUsage().user - t0) / 1e6;
  console.log((s / 20000 / 101 * 1e9).toFixed(1), 'ns/read', sum);
}
