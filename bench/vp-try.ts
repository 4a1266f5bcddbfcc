import { readFileSync } from 'node:fs';
import { MboBlock, MBO_BYTES } from '#core/mbo/mbo-block';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { OrderBook } from '#core/book/order-book';
import { parseRuntimeConfig, DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
const bytes = readFileSync(process.env.F ?? '/tmp/es5m.dbn');
const off = 8 + bytes.readUInt32LE(4);
const n = Math.floor((bytes.length - off) / 56);
const buf = new ArrayBuffer(n * 56);
new Uint8Array(buf).set(bytes.subarray(off, off + n * 56));
const block = new MboBlock(buf, n);
const inst = block.words[1], pub = block.words[0] >>> 16;
console.log(n, inst, pub);
const modes = (process.argv[2] ?? 'book,nospec,full').split(',');
for (let r = 0; r < Number(process.argv[3] ?? 2); r++) for (const mode of modes) {
  const t = process.cpuUsage().user;
  let bins = 0, sum = 0;
  if (mode === 'book') { const b = new OrderBook(); for (let i = 0; i < n; i++) b.apply(block.words, i * 14); sum = b.orderCount; }
  else {
    const p = new VpPipeline(DEFAULT_RUNTIME_CONFIG, { publisherId: pub, instrumentId: inst, spectrum: mode === 'full' });
    const sink = (h: any, f: any) => { bins++; sum += f.floats[50] - f.floats[151]; };
    p.process(block, 0, n, sink); p.finish(sink);
    if (r === 0) console.log(JSON.stringify(p.diagnostics));
  }
  const s = (process.cpuUsage().user - t) / 1e6;
  console.log(mode, s.toFixed(3), 's', (n / s / 1e6).toFixed(2), 'M/s', bins, sum);
}
