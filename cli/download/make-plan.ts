/** The plan of this moment: what the tracker and the lake do not have yet. */
import { formatProblem } from '#base/problem';
import { dayKey, type Product } from '#core/databento/products';
import { planFamily, planRange, type DayAssets, type Plan } from '#core/databento/plan';
import { phaseOf, type JobTracker } from '#core/databento/tracker';
import { definitionsOf, LakeFolder, type SameDayAssets } from '#cli/download/lake';
import type { Target } from '#cli/download/options';

export interface PlanWithProblems extends Plan {
  /** Days whose definitions are here and cannot be used. */
  readonly stopped: readonly string[];
}

/**
 * @param assets of a family
 * @throws ProblemError `download/bad-request`
 */
export async function makePlan(
  target: Target,
  tracker: JobTracker,
  lake: string,
  assets: SameDayAssets | undefined,
): Promise<PlanWithProblems> {
  const isTracked = (key: string): boolean => {
    const request = tracker.find(key);
    return request !== undefined && phaseOf(request) !== 'refused';
  };
  if (target.kind === 'range' || !assets) {
    if (target.kind === 'family') throw new Error('a family is planned with the assets of its days');
    return { ...planRange(target.request, isTracked), stopped: [] };
  }
  const folder = new LakeFolder(lake);
  const isKnown = (product: Product, root: string, date: string): boolean =>
    isTracked(dayKey(product, root, date)) || folder.find(product, root, date) !== undefined;

  // Which definitions are needed shows only while planning, which does not wait: planned once to see, once in earnest.
  const needed: { root: string; date: string; path: string }[] = [];
  const definitions = definitionsOf(target.family);
  const missing = { reason: 'its definitions are not here yet' };
  planFamily(target, {
    isKnown,
    assets: (root, date) => {
      const path = folder.find(definitions, root, date);
      if (path !== undefined) needed.push({ root, date, path });
      return missing;
    },
  });
  const known = new Map<string, DayAssets>();
  const stopped: string[] = [];
  for (const { root, date, path } of needed) {
    const found = await assets.of(path, root, date);
    const isProblem = 'code' in found;
    if (isProblem && !known.has(`${root}|${date}`)) stopped.push(`${root} ${date}: ${formatProblem(found)}`);
    known.set(`${root}|${date}`, isProblem ? { reason: found.message } : found);
  }
  const plan = planFamily(target, {
    isKnown,
    assets: (root, date) => known.get(`${root}|${date}`) ?? missing,
  });
  return { ...plan, stopped };
}
