/**
 * What a feed is made of over several sessions: one stream of records, joined exactly where a connection was lost.
 *
 * After a loss it is asked for a replay from the last record on, and what is known already is dropped. Where that cannot
 * be (nothing was received, or too long ago), everything begins anew, as a new epoch.
 */
import type { DbnVersion } from '#core/dbn/dbn-types';
import { isGatewayMessage, RTYPE, schemaRtype } from '#core/dbn/rtype';
import type { FramedPart } from '#core/dbn/dbn-framer';
import { Deduplicator } from '#relay/databento/deduplicator';
import { isFatal } from '#relay/databento/gateway-failure';
import {
  readGatewayMessage,
  replayedSchema,
  SYSTEM,
  type GatewayMessage,
} from '#relay/databento/gateway-message';
import type { Subscription } from '#relay/databento/subscription';
import type { FeedSink } from '#relay/feed-adapter';

/** The gateway keeps a day; a little less leaves time for connecting. */
const REPLAY_NS = (23n * 60n + 50n) * 60_000_000_000n;
const F_SNAPSHOT = 0x20;
const MBO_FLAGS_OFFSET = 36;

export interface StreamParts {
  readonly dataset: string;
  readonly subscriptions: readonly Subscription[];
  readonly sink: FeedSink;
  /** What the gateway says beside the data. */
  readonly heard: (message: GatewayMessage) => void;
}

export class LiveStream {
  readonly #parts: StreamParts;
  readonly #deduplicator = new Deduplicator();
  /** Of the session under way. */
  #asked: readonly Subscription[] = [];
  #replaying = new Set<string>();
  #fatal: GatewayMessage[] = [];
  #form: { readonly version: DbnVersion; readonly tsOut: boolean } | undefined;
  /** The next session begins a new epoch. */
  #beginsAnew = true;
  /** A loss whose end is not known yet. */
  #loss: { readonly fromNs: bigint; readonly recovered: 'replay' | 'snapshot' | 'no' } | undefined;
  #lastNs: bigint | undefined;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** Errors of this session after which the gateway closes. */
  get fatalErrors(): readonly GatewayMessage[] {
    return this.#fatal;
  }

  /**
   * What to ask for in the next session.
   *
   * @param anew without a replay of what was missed
   */
  plan(nowNs: bigint, anew = false): readonly Subscription[] {
    const { subscriptions } = this.#parts;
    this.#fatal = [];
    this.#asked = subscriptions;
    if (this.#form !== undefined) {
      const replays = subscriptions.map((each) => this.#replayOf(each));
      const tooOld = replays.some(
        ({ start }) => typeof start === 'bigint' && start > 0n && nowNs - start > REPLAY_NS,
      );
      this.#beginsAnew = anew || tooOld || replays.some(({ snapshot }) => snapshot);
      this.#asked = this.#beginsAnew
        ? subscriptions.map((each) => (anew || tooOld ? refreshOf(each) : each))
        : replays;
      const recovered = !this.#beginsAnew
        ? 'replay'
        : this.#asked.some((s) => s.snapshot)
          ? 'snapshot'
          : 'no';
      // Where nothing was received yet nothing was lost.
      if (this.#lastNs !== undefined) this.#loss = { fromNs: this.#lastNs, recovered };
      if (this.#beginsAnew) this.#deduplicator.forget();
      else this.#deduplicator.replay();
    }
    this.#replaying = new Set(this.#asked.filter((s) => s.start !== undefined).map((s) => s.schema));
    return this.#asked;
  }

  take(part: FramedPart): void {
    if (part.kind === 'metadata') this.#metadata(part);
    else this.#records(part.bytes);
  }

  #replayOf(subscription: Subscription): Subscription {
    const start = this.#deduplicator.startOf([
      schemaRtype(subscription.schema as Parameters<typeof schemaRtype>[0]),
    ]);
    return start === undefined ? subscription : { ...subscription, snapshot: false, start };
  }

  #metadata({ bytes, version, tsOut }: Extract<FramedPart, { kind: 'metadata' }>): void {
    const isSame = this.#form?.version === version && this.#form.tsOut === tsOut;
    if (!this.#beginsAnew && isSame) return;
    const { sink, dataset, subscriptions } = this.#parts;
    // Another form cannot follow in the same stream: what is replayed then begins the next epoch.
    if (!this.#beginsAnew) this.#deduplicator.forget();
    const reason = this.#form === undefined ? 'start' : 'resync';
    this.#form = { version, tsOut };
    const symbols = [...new Set(subscriptions.flatMap((s) => s.symbols))];
    sink.begin({ reason, exact: this.#asked.every(isExact), dataset, symbols });
    sink.dbn(bytes, true);
    this.#beginsAnew = false;
  }

  #records(bytes: Uint8Array): void {
    const { sink } = this.#parts;
    const { version, tsOut } = this.#form!;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const takesSnapshots = this.#asked.some(({ snapshot }) => snapshot);
    let from = 0;
    let runCatchesUp: boolean | undefined;
    const flush = (end: number, next: number): void => {
      if (end > from) sink.dbn(bytes.subarray(from, end), runCatchesUp === true);
      from = next;
      runCatchesUp = undefined;
    };
    for (let at = 0; at < bytes.length;) {
      const end = at + bytes[at] * 4;
      const message = readGatewayMessage(bytes, at, version);
      const catchesUp = this.#replaying.size > 0 || isSnapshot(view, at);
      if (runCatchesUp !== undefined && runCatchesUp !== catchesUp) flush(at, at);
      if (message) this.#hear(message);
      else if (isData(bytes, at)) {
        const verdict = this.#deduplicator.judge(bytes, at, tsOut, takesSnapshots);
        if (verdict === 'drop') {
          flush(at, end);
          at = end;
          continue;
        }
        const timeNs = view.getBigUint64(at + 8, true);
        if (this.#loss || verdict !== 'take') flush(at, at);
        this.#endLoss(timeNs);
        if (verdict !== 'take')
          this.#gap(verdict.fromNs, verdict.toNs, 'no', 'the replay does not contain what was received');
        this.#lastNs = timeNs;
      }
      runCatchesUp = catchesUp;
      at = end;
    }
    sink.state(this.#replaying.size > 0 || runCatchesUp === true ? 'catching-up' : 'live');
    flush(bytes.length, bytes.length);
  }

  #hear(message: GatewayMessage): void {
    if (message.kind === 'system' && message.code === SYSTEM.replayCompleted) {
      this.#replaying.delete(replayedSchema(message.text) ?? '');
    }
    if (isFatal(message)) this.#fatal.push(message);
    this.#parts.heard(message);
  }

  #endLoss(timeNs: bigint): void {
    if (!this.#loss) return;
    const { fromNs, recovered } = this.#loss;
    this.#loss = undefined;
    this.#gap(fromNs, timeNs, recovered, 'the connection was lost');
  }

  #gap(
    fromNs: bigint | undefined,
    toNs: bigint,
    recovered: 'replay' | 'snapshot' | 'no',
    reason: string,
  ): void {
    this.#parts.sink.gap({ from_ns: String(fromNs), to_ns: String(toNs), recovered, reason });
  }
}

/** The state as it is now instead of what led to it. */
function refreshOf({ start: _, ...subscription }: Subscription): Subscription {
  return { ...subscription, snapshot: subscription.schema === 'mbo' };
}

/** Orders that rested before the session are known from a snapshot or a replay only; other schemas need no past. */
function isExact({ schema, snapshot, start }: Subscription): boolean {
  return schema !== 'mbo' || snapshot || start !== undefined;
}

/** Not of the gateway itself. */
function isData(bytes: Uint8Array, at: number): boolean {
  return !isGatewayMessage(bytes[at + 1]);
}

function isSnapshot(view: DataView, at: number): boolean {
  return view.getUint8(at + 1) === RTYPE.mbo && (view.getUint8(at + MBO_FLAGS_OFFSET) & F_SNAPSHOT) !== 0;
}
