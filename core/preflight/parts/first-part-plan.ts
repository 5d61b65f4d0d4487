import { type Baseline, holdLimits, usualRate } from "../../campaigns/first-part/canary.ts";
import { type Canary, partSize } from "../../campaigns/first-part/first-part.ts";
import { type Forecast, type ForecastGroup, type ForecastInput, forecast } from "../../campaigns/forecast.ts";
import { MINUTE_MS } from "../../time/wall-clock.ts";
import type { Wait } from "../tally.ts";

/** What a preflight says about the first part. */
export interface FirstPartPlan {
  /** How many go first, and how many wait. */
  size: number;
  rest: number;
  watchMinutes: number;
  /** When it is decided about the rest, by the forecast; null: the first part can't go. */
  decideAt: Date | null;
  /** From how many on the rest is held, and what share is usual. */
  limits: ReturnType<typeof holdLimits>;
  usual: ReturnType<typeof holdLimits>;
  /** How many of the tenant's own campaigns and messages are behind what is usual. */
  baseline: Pick<Baseline, "campaigns" | "sent">;
}

/** Says who goes first, and what holds the rest. */
export function firstPartPlan(
  audience: number,
  canary: Canary,
  baseline: Baseline,
  decideAt: Date | null,
): FirstPartPlan {
  const size = partSize(audience, canary.percent);
  const { campaigns, sent } = baseline;
  return {
    ...{ size, rest: audience - size, watchMinutes: canary.watchMinutes, decideAt },
    limits: holdLimits(size, baseline),
    usual: {
      failures: usualRate("failures", baseline),
      optOuts: usualRate("optOuts", baseline),
      complaints: usualRate("complaints", baseline),
    },
    baseline: { campaigns, sent },
  };
}

/** Moves those who could go at once and are not in the first part to those who wait. The counts still add up. */
export function withWaitingRest<Counts extends { now: { count: number; costMicros: number }; waits: Wait[] }>(
  counts: Counts,
  { size, rest, decideAt }: Pick<FirstPartPlan, "size" | "rest" | "decideAt">,
): Counts {
  const { count, costMicros } = counts.now;
  const first = Math.round((count * size) / (size + rest));
  if (first === count) return counts;
  const firstMicros = Math.round((costMicros * first) / count);
  const wait = {
    ...{
      gate: "send-time",
      reason: "First part",
      count: count - first,
      costMicros: costMicros - firstMicros,
    },
    ...{ earliest: decideAt, latest: decideAt },
  };
  return {
    ...counts,
    now: { count: first, costMicros: firstMicros },
    waits: [...counts.waits, wait].sort((a, b) => b.count - a.count),
  };
}

/**
 * Predicts a campaign that goes in parts, each of which waits for the decision about the one before: a part goes, is watched,
 * and the next goes if nothing is unusual. `size`: how many belong to a part and those before it. `isSpread`: the places of the
 * rest in a spread count from the decision. Returns when each is decided about; null: nobody waits for it, or it can't go.
 */
export function forecastWithParts(
  input: ForecastInput,
  {
    audience,
    parts,
    isSpread,
  }: { audience: number; parts: readonly { size: number; watchMinutes: number }[]; isSpread: boolean },
): { flow: Forecast; decideAt: (Date | null)[] } {
  const going: ForecastGroup[] = [];
  const decideAt: (Date | null)[] = [];
  let waiting: readonly ForecastGroup[] = input.groups;
  let opens: Date | null = null;
  let before = 0;
  const open = (groups: readonly ForecastGroup[]) =>
    opens === null ? groups : groups.map((group) => openedAt(group, opens!, { isSpread, now: input.now }));
  for (const { size, watchMinutes } of parts) {
    const { first, rest } = split(waiting, Math.max(0, size - before) / Math.max(1, audience - before));
    going.push(...open(first));
    waiting = rest;
    before = size;
    const { finishAt } = forecast({ ...input, groups: going.filter((group) => !isCapped(group)) });
    const at = finishAt && rest.length > 0 ? new Date(finishAt.getTime() + watchMinutes * MINUTE_MS) : null;
    decideAt.push(at);
    opens = at ?? NEVER;
  }
  return { flow: forecast({ ...input, groups: [...going, ...open(waiting)] }), decideAt };
}

const openedAt = (
  group: ForecastGroup,
  opens: Date,
  { isSpread, now }: { isSpread: boolean; now: Date },
): ForecastGroup => ({
  ...group,
  opensAt: isSpread ? moved(group, now, opens) : later(group.opensAt ?? opens, opens),
  waitsFor: "First part",
});

/** Nobody waits for people at their limit of texts. */
const isCapped = ({ opensAt, waitsFor }: ForecastGroup) => Boolean(opensAt) && waitsFor === undefined;

/** Beyond the end of every forecast. */
const NEVER = new Date(Date.UTC(9000, 0, 1));

const later = (at: Date, or: Date): Date => (at > or ? at : or);
const moved = ({ opensAt }: ForecastGroup, now: Date, opens: Date): Date =>
  new Date(opens.getTime() + Math.max(0, (opensAt ?? now).getTime() - now.getTime()));

/** Splits each group by the share that goes first, in whole recipients that add up. */
function split(groups: readonly ForecastGroup[], share: number) {
  const first: ForecastGroup[] = [];
  const rest: ForecastGroup[] = [];
  let owed = 0;
  for (const group of groups) {
    owed += group.count * share;
    const goes = Math.min(group.count, Math.round(owed));
    owed -= goes;
    if (goes > 0) first.push({ ...group, count: goes });
    if (goes < group.count) rest.push({ ...group, count: group.count - goes });
  }
  return { first, rest };
}
