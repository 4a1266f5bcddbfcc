import type {
  CaptureEnd,
  EngineOutput,
  EngineStart,
  ScorerOutput,
  ScorerStart,
} from '#protocol/engine-contract';
import { EngineHost } from '../engine-host';
import { ScorerHost } from '../scorer-host';

export interface EnginePair {
  /** Where the records go. */
  readonly feed: MessagePort;
  readonly running: Promise<CaptureEnd>;
  /** Closes the ports: an open one keeps Node from ending. */
  close(): void;
}

/** Engine and scorer in this thread, behind ports as in the page. */
export function startPair(
  start: EngineStart,
  output: EngineOutput & ScorerOutput,
  { digest = false, canShare = false } = {},
): EnginePair {
  const feed = new MessageChannel();
  const blocks = new MessageChannel();
  const scorerStart: ScorerStart = {
    config: start.config,
    digest,
    ...(start.resume ? { resume: start.resume.scores } : {}),
  };
  const running = Promise.all([
    new EngineHost(canShare).run(start, feed.port1, blocks.port1, output),
    new ScorerHost().run(scorerStart, blocks.port2, output),
  ]).then(([end, scores]) => ({ ...end, ...scores }));
  return {
    feed: feed.port2,
    running,
    close: () => {
      feed.port2.close();
      blocks.port2.close();
    },
  };
}
