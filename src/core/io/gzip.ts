import { Inflate } from 'fflate';
import { problem, type Problem } from '#base/problem';
import { crc32 } from '#core/io/crc32';
import type { Decompressor } from '#core/io/decompress';

/** Compressed bytes inflated at a time: at most 1032 times as many come out, which bounds memory to 17 MB. */
const STEP_BYTES = 16 << 10;
const PIECE_BYTES = 1 << 20;
/** A step that fails is repeated in parts of this fraction, so that all output before the damage is delivered. */
const RETRY_PARTS = 16;

const TRAILER_BYTES = 8;

const FLAG_HEADER_CRC = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
const FLAGS_RESERVED = 0xe0;

type Output = (piece: Uint8Array) => void;

/** gzip of one or more members, each checked against its CRC-32 and length. */
export function createGunzip(): Decompressor {
  return new Gunzip();
}

type State = 'header' | 'body' | 'trailer' | 'padding';

class Gunzip implements Decompressor {
  private failure: Problem | undefined;
  private state: State = 'header';
  /** Compressed bytes dealt with. */
  private offset = 0;
  private members = 0;
  private header = new HeaderReader();
  private body = new DeflateBody();
  private readonly trailer = new Uint8Array(TRAILER_BYTES);
  private trailerHave = 0;

  push(bytes: Uint8Array, onOutput: Output): Problem | undefined {
    let at = 0;
    while (at < bytes.length && !this.failure) {
      const used =
        this.state === 'body'
          ? this.inflate(bytes.subarray(at, at + STEP_BYTES), onOutput)
          : this.frame(bytes[at]);
      at += used;
      this.offset += used;
    }
    return this.failure;
  }

  end(): Problem | undefined {
    const atRest =
      this.members > 0 && (this.state === 'padding' || (this.state === 'header' && this.header.isFresh));
    if (!this.failure && !atRest) {
      this.failure = problem('gzip/truncated', 'The compressed input ends in the middle.', {
        offset: this.offset,
        tip: 'The file is incomplete; get it again.',
      });
    }
    return this.failure;
  }

  close(): void {
    this.body = new DeflateBody();
  }

  /** One byte outside of the deflate body. Returns how many were used: all of them. */
  private frame(byte: number): number {
    if (this.state === 'trailer') this.trailerByte(byte);
    else if (this.state === 'padding') this.paddingByte(byte);
    else if (byte === 0 && this.members > 0 && this.header.isFresh) this.state = 'padding';
    else this.headerByte(byte);
    return 1;
  }

  private headerByte(byte: number): void {
    const step = this.header.read(byte);
    if (step === 'done') {
      this.state = 'body';
      this.body = new DeflateBody();
    } else if (step === 'bad') {
      const isGarbage = this.members > 0 && this.header.isInMagic;
      if (isGarbage) this.failTrailing();
      else this.fail('gzip/corrupt', 'The header of the compressed input is damaged.', 'Get the file again.');
    }
  }

  private paddingByte(byte: number): void {
    if (byte !== 0) this.failTrailing();
  }

  private failTrailing(): void {
    this.fail(
      'gzip/trailing-garbage',
      'Something that is not gzip follows the compressed input.',
      'What precedes it was read.',
    );
  }

  private inflate(bytes: Uint8Array, onOutput: Output): number {
    const used = this.body.push(bytes, onOutput);
    if (this.body.isDamaged) {
      this.offset += used;
      this.fail('gzip/corrupt', 'The compressed input is damaged.', 'What precedes the damage was read.');
      return 0;
    }
    if (this.body.isFinished) {
      this.state = 'trailer';
      this.trailerHave = 0;
    }
    return used;
  }

  private trailerByte(byte: number): void {
    this.trailer[this.trailerHave++] = byte;
    if (this.trailerHave < TRAILER_BYTES) return;
    const view = new DataView(this.trailer.buffer);
    const isRight = view.getUint32(0, true) === this.body.crc && view.getUint32(4, true) === this.body.size;
    if (!isRight) {
      const tip = 'Some of what was read is wrong; get the file again.';
      this.fail('gzip/checksum', 'The decompressed data does not match its checksum.', tip);
      return;
    }
    this.members++;
    this.header = new HeaderReader();
    this.state = 'header';
  }

  private fail(code: string, message: string, tip: string): void {
    this.failure = problem(code, message, { offset: this.offset, tip });
  }
}

/** The header of a member, byte by byte (RFC 1952). */
class HeaderReader {
  private position = 0;
  private extra = 0;
  /** Optional fields still to come, in order. */
  private pending: ('extra-length' | 'extra' | 'name' | 'comment' | 'crc')[] = [];
  private fieldPosition = 0;

  get isFresh(): boolean {
    return this.position === 0;
  }

  /** Whether the byte read last belongs to the two that mark gzip. */
  get isInMagic(): boolean {
    return this.position <= 2;
  }

  read(byte: number): 'more' | 'done' | 'bad' {
    const at = this.position++;
    if (at === 0) return byte === 0x1f ? 'more' : 'bad';
    if (at === 1) return byte === 0x8b ? 'more' : 'bad';
    if (at === 2) return byte === 8 ? 'more' : 'bad';
    if (at === 3) {
      if (byte & FLAGS_RESERVED) return 'bad';
      if (byte & FLAG_EXTRA) this.pending.push('extra-length');
      if (byte & FLAG_NAME) this.pending.push('name');
      if (byte & FLAG_COMMENT) this.pending.push('comment');
      if (byte & FLAG_HEADER_CRC) this.pending.push('crc');
      return 'more';
    }
    // Time, extra flags and operating system up to byte 9 do not matter.
    if (at > 9) this.readField(byte);
    return at >= 9 && this.pending.length === 0 ? 'done' : 'more';
  }

  private readField(byte: number): void {
    const at = this.fieldPosition++;
    const field = this.pending[0];
    let isOver: boolean;
    if (field === 'extra-length') {
      this.extra |= byte << (8 * at);
      isOver = at === 1;
      if (isOver && this.extra > 0) this.pending.splice(1, 0, 'extra');
    } else if (field === 'extra') isOver = at === this.extra - 1;
    else if (field === 'crc') isOver = at === 1;
    else isOver = byte === 0;
    if (isOver) {
      this.pending.shift();
      this.fieldPosition = 0;
    }
  }
}

/**
 * The parts of an `Inflate` that say where the deflate stream ended and that allow it to be wound back; the
 * public interface says neither. `s.f` is set in the last block and `s.l` while inside a block; `p` holds the
 * input not yet used, whose first byte is used up to bit `s.p`; `o` is the window.
 */
interface InflateState {
  s: { f?: number; l?: unknown; p?: number };
  p: Uint8Array;
  o: Uint8Array;
}

/**
 * One deflate stream, whose end is found in the data.
 *
 * fflate does not refuse damaged tables whose codes are prefixes of one another; what it makes of them depends on
 * the slices it is given. The checksum finds such garbage at the end of the member, as it does flipped literals.
 */
class DeflateBody {
  crc = 0;
  /** Decompressed bytes modulo 2^32. */
  size = 0;
  isFinished = false;
  isDamaged = false;
  private inflate: Inflate | undefined;
  private output: Uint8Array | undefined;

  /** Returns the bytes used: fewer than given where the stream ends or is damaged. */
  push(bytes: Uint8Array, onOutput: Output): number {
    const inflate = (this.inflate ??= new Inflate((chunk) => {
      this.output = chunk;
    }));
    const state = inflate as unknown as InflateState;
    const before = { s: { ...state.s }, p: state.p, o: state.o };
    try {
      inflate.push(bytes);
    } catch {
      // fflate throws plain errors, for damaged input only.
      Object.assign(state, before);
      return this.pushParts(bytes, onOutput);
    }
    if (this.output) this.deliver(this.output, onOutput);
    this.output = undefined;
    if (!state.s.f || state.s.l) return bytes.length;
    this.isFinished = true;
    const partOfByte = (state.s.p ?? 0) > 0 ? 1 : 0;
    return bytes.length - (state.p.length - partOfByte);
  }

  private pushParts(bytes: Uint8Array, onOutput: Output): number {
    if (bytes.length === 1) {
      this.isDamaged = true;
      return 0;
    }
    const part = Math.ceil(bytes.length / RETRY_PARTS);
    let used = 0;
    while (used < bytes.length && !this.isDamaged && !this.isFinished) {
      used += this.push(bytes.subarray(used, used + part), onOutput);
    }
    return used;
  }

  private deliver(chunk: Uint8Array, onOutput: Output): void {
    this.crc = crc32(this.crc, chunk);
    this.size = (this.size + chunk.length) >>> 0;
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) onOutput(chunk.subarray(at, at + PIECE_BYTES));
  }
}
