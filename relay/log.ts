/** Structured log lines, one JSON object each. */
import pino, { type DestinationStream, type Logger } from 'pino';

export type RelayLog = Logger;

/** @param sink default: standard error, so that standard output stays free */
export function createLog(
  level: string,
  sink: DestinationStream = pino.destination({ fd: 2, sync: true }),
): RelayLog {
  return pino(
    { level, base: { program: 'spymaster-relay' }, timestamp: pino.stdTimeFunctions.isoTime },
    sink,
  );
}
