import type { Random } from '#base/random';
import { concatenate } from '#core/io/testing/slices';

/** A damaged copy: one to four bit flips, overwrites, splices, deletions, insertions or cuts. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let out: Uint8Array = bytes.slice();
  const wounds = 1 + random.below(4);
  for (let i = 0; i < wounds && out.length > 0; i++) out = wound(out, random);
  return out;
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff];

function wound(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  const length = random.below(Math.min(64, bytes.length - at) + 1);
  switch (random.below(7)) {
    case 0:
      bytes[at] ^= 1 << random.below(8);
      return bytes;
    case 1:
      bytes[at] = EXTREMES[random.below(EXTREMES.length)];
      return bytes;
    case 2:
      return bytes.fill(EXTREMES[random.below(EXTREMES.length)], at, at + length);
    case 3:
      return bytes.copyWithin(random.below(bytes.length), at, at + length);
    case 4:
      return concatenate([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 5: {
      const noise = Uint8Array.from({ length }, () => random.below(256));
      return concatenate([bytes.subarray(0, at), noise, bytes.subarray(at)]);
    }
    default:
      return bytes.slice(0, at);
  }
}
