/** What `download` puts out: plans with prices, and the state of the tracker. */
import { submitCall } from '#core/databento/batch-request';
import type { Plan, PlannedRequest } from '#core/databento/plan';
import { phaseOf, type JobTracker } from '#core/databento/tracker';
import { RAW_FOLDER } from '#core/lake/raw-layout';
import { titleOf } from '#cli/download/context';
import { jsonLine } from '#cli/table-output';

/** A request as it would be sent, and what it would cost; `undefined`: not asked, or no price. */
export interface PlannedLine {
  readonly planned: PlannedRequest;
  readonly usd: number | undefined;
  readonly bytes: number | undefined;
}

export function planText(lines: readonly PlannedLine[], plan: Plan): string {
  const out: string[] = [];
  for (const { planned, usd, bytes } of lines) {
    const { method, path, fields } = submitCall(planned.request);
    const price = usd === undefined ? '' : `  ${dollars(usd)}`;
    const size = bytes === undefined ? '' : `  ${(bytes / 1e9).toFixed(3)} GB uncompressed`;
    out.push(`${method} ${path}`, `  ${fields}`, `  ${titleOf(planned)}${price}${size}`);
    out.push(`  into ${RAW_FOLDER}/${planned.folder}/`);
  }
  for (const { symbol, date, schemas, reason } of plan.waiting) {
    out.push(`waiting: ${symbol} ${date} ${schemas.join(', ')}: ${reason}`);
  }
  const known = plan.skipped.length > 0 ? `, ${plan.skipped.length} days are here or under way` : '';
  const waiting = plan.waiting.length > 0 ? `, ${plan.waiting.length} days wait` : '';
  const total = totalUsd(lines);
  out.push(`${lines.length} requests${total === undefined ? '' : `, ${dollars(total)}`}${waiting}${known}`);
  return `${out.join('\n')}\n`;
}

export function planJson(lines: readonly PlannedLine[], plan: Plan): string {
  return jsonLine({
    requests: lines.map(({ planned, usd, bytes }) => {
      const { method, path, fields } = submitCall(planned.request);
      return {
        id: planned.id,
        method,
        path,
        body: fields,
        keys: planned.keys,
        folder: `${RAW_FOLDER}/${planned.folder}`,
        usd: usd ?? null,
        bytes: bytes ?? null,
      };
    }),
    total_usd: totalUsd(lines) ?? null,
    waiting: plan.waiting,
    skipped: plan.skipped,
  });
}

function totalUsd(lines: readonly PlannedLine[]): number | undefined {
  if (lines.length === 0 || lines.some(({ usd }) => usd === undefined)) return undefined;
  return lines.reduce((sum, { usd = 0 }) => sum + usd, 0);
}

export function dollars(usd: number): string {
  return `${usd.toFixed(2)} USD`;
}

export function trackerText(tracker: JobTracker): string {
  const rows = tracker.list().map((r) => {
    const placed = r.files.filter((file) => file.verified !== undefined).length;
    const files = r.files.length > 0 ? `${placed}/${r.files.length} files` : '';
    const error = r.error ? `  ${r.error.code}: ${r.error.message}` : '';
    return `${r.state.padEnd(11)} ${titleOf(r)}  ${r.job_id ?? '–'}  ${dollars(r.price_usd)}  ${files}${error}`.trimEnd();
  });
  return `${[...rows, statusText(tracker)].join('\n')}\n`;
}

/** Jobs of which all is here, of all jobs. */
export function statusText(tracker: JobTracker): string {
  return `${tracker.inPhase('downloaded').length}/${tracker.list().length}`;
}

export function trackerJson(tracker: JobTracker): string {
  return jsonLine({
    downloaded: tracker.inPhase('downloaded').length,
    total: tracker.list().length,
    requests: tracker.list().map((r) => ({ phase: phaseOf(r), ...r })),
  });
}
