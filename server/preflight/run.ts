import { checkTemplate } from "@smscrm/core/campaign";
import type { LintCause } from "@smscrm/core/cost-linter";
import { type Forecast, forecast } from "@smscrm/core/forecast";
import { evaluate } from "@smscrm/core/gates/index";
import { compileCampaign, messageFor, type TenantRules } from "@smscrm/core/message-facts";
import { may } from "@smscrm/core/roles";
import { wordingProblems } from "@smscrm/core/wording";
import { customFieldNames } from "@smscrm/db/audience";
import { type Campaign, findCampaign, keepForecast } from "@smscrm/db/campaigns";
import type { TenantTransaction } from "@smscrm/db/connection";
import { readKillSwitchTime } from "@smscrm/db/kill-switch";
import { listNumbers, type SendingNumber } from "@smscrm/db/numbers";
import { audiencePages } from "@smscrm/db/preflight";
import { type BudgetStatus, readBudget, readSettings, type Settings } from "@smscrm/db/settings";
import type { Asking } from "../campaigns/audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { badRequest, found, tooMany } from "../refusals.ts";
import { createTurns } from "../turns.ts";
import { active, allowancesToday, forecastSender, moneyLeft } from "./allowances.ts";
import { budgetAt, numbersAt } from "./later.ts";
import { createLint } from "./lint.ts";
import { createTally, type Refused, type Wait } from "./tally.ts";
import { warningsFor } from "./warnings.ts";

/** What would happen if the campaign were launched now, by the real gates over everybody it is meant for. */
export interface Preflight {
  audience: number;
  now: { count: number; costMicros: number };
  waits: Wait[];
  refused: Refused[];
  cost: { lowMicros: number; likelyMicros: number; highMicros: number };
  segments: { gsm7: number; ucs2: number; total: number };
  finishAt: Date | null;
  curve: { at: Date; sent: number }[];
  missing: { field: string; contacts: number }[];
  warnings: string[];
  /** Merge values that make texts dearer, and what to write instead. */
  dearer: { ucs2: LintCause; longer: LintCause };
  canOverrideQuietHours: boolean;
  evaluatedAt: Date;
  tookMs: number;
}

const PAGE = 2_000;
/** Messages judged before others get a turn: some 4 ms of work. */
const SLICE = 250;
const CURVE_POINTS = 200;

/** Each costs a core for seconds where the audience is large. */
const inTurn = createTurns(2, 20, () =>
  tooMany("Many people are checking campaigns. Try again in a minute."),
);

/**
 * `at`: as if it were launched then; a scheduled one is judged at its hour unless told otherwise. `anyway`: as if an owner sent outside quiet hours, where that is possible at all.
 */
export function preflight(
  asking: Asking & { dependencies: Dependencies },
  campaignId: string,
  { anyway, at, signal }: { anyway: boolean; at?: Date | undefined; signal: AbortSignal | undefined },
): Promise<Preflight> {
  return inTurn(() =>
    asking.inTenant(async (tx) => {
      const { tenantId, session, dependencies } = asking;
      const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
      const { carrier } = dependencies;
      const canOverrideQuietHours = carrier === "simulator" && may(session.role, "quietHours.override");
      if (anyway && !canOverrideQuietHours) {
        throw badRequest(
          "Quiet hours can be overridden by an owner only, and only while the carrier is the simulator.",
        );
      }
      const judged = anyway ? { ...campaign, quietHoursOverrideReason: "Preflight" } : campaign;
      const answer = await judge(tx, tenantId, judged, at ?? campaign.scheduledAt, signal);
      // Beside what comes of it, later: the page of the campaign shows both.
      if (!at) await keepForecast(tx, tenantId, campaign, kept(answer), { anyway });
      return { ...answer, canOverrideQuietHours };
    }),
  );
}

async function judge(
  tx: TenantTransaction,
  tenantId: string,
  campaign: Campaign,
  at: Date | null,
  signal: AbortSignal | undefined,
): Promise<Omit<Preflight, "canOverrideQuietHours">> {
  const startedMs = performance.now();
  const settings = await readSettings(tx, tenantId);
  const { now: present, pausedAt } = await readKillSwitchTime(tx, tenantId);
  const now = at && at > present ? at : present;
  const budget = budgetAt(await readBudget(tx, tenantId), settings.timezone, now);
  const numbers = numbersAt(
    await listNumbers(tx, tenantId, settings.timezone),
    settings.timezone,
    present,
    now,
  );
  const customFields = await customFieldNames(tx, tenantId);
  const rules: TenantRules = { ...settings, sendingPausedAt: pausedAt };
  const compiled = compileCampaign(campaign);
  const mergeFields = compiled.template.fields.map((field) => field.name);
  const allowances = allowancesToday(numbers, budget, settings);
  const tally = createTally({ viewerZone: settings.timezone, now });
  const lint = createLint(compiled);
  for await (const candidates of oneAhead(
    audiencePages(tx, tenantId, campaign.audience, mergeFields, PAGE),
  )) {
    for (const [index, candidate] of candidates.entries()) {
      if (index % SLICE === 0) await breathe(signal);
      const message = messageFor(candidate, compiled, rules);
      const verdict = message.refusal
        ? ({ kind: "drop", gate: "content", reason: "Content", looked: message.refusal } as const)
        : evaluate(message.facts, allowances, now);
      tally.add(candidate, message, verdict);
      if (verdict.kind !== "drop") lint.add(candidate, message);
    }
  }
  const { groups, costMicros, countries, ...counts } = tally.result();
  const flow = pausedAt ? null : forecast(forecastInput(groups, numbers, budget, settings, now));
  return {
    ...counts,
    // Low leaves out those whom the forecast does not reach in time.
    cost: {
      lowMicros: Math.min(costMicros, Math.round(flow?.costMicros ?? costMicros)),
      likelyMicros: costMicros,
      highMicros: costMicros,
    },
    finishAt: flow?.finishAt ?? null,
    curve: thinned(flow),
    warnings: warningsFor({
      counts,
      checks: [
        checkTemplate(campaign.body, customFields),
        wordingProblems(campaign.body, {
          countries,
          senderKinds: active(numbers).map(({ kind }) => kind),
          senderName: settings.name,
        }),
      ],
      flow,
      pausedAt,
      smartEncoding: campaign.smartEncoding,
    }),
    dearer: lint.result(),
    evaluatedAt: now,
    tookMs: Math.round(performance.now() - startedMs),
  };
}

/** The part of a preflight that is kept with the draft. */
function kept({ evaluatedAt, finishAt, cost, curve }: Omit<Preflight, "canOverrideQuietHours">) {
  return {
    evaluatedAt: evaluatedAt.toISOString(),
    finishAt: finishAt?.toISOString() ?? null,
    costMicros: cost.likelyMicros,
    curve: curve.map((point) => ({ at: point.at.toISOString(), sent: point.sent })),
  };
}

/** Asks for the next page while this one is worked on: the database and we are two processes. */
async function* oneAhead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = pages.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = pages.next();
      yield value;
    }
  } finally {
    // Whoever leaves early must not leave a failure behind that nobody awaits.
    await next.catch(() => {});
  }
}

/** Lets other requests in, and stops working for somebody who has left. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise((resolve) => setImmediate(resolve));
}

function forecastInput(
  groups: Parameters<typeof forecast>[0]["groups"],
  numbers: readonly SendingNumber[],
  budget: BudgetStatus,
  { segmentsPerSecond, timezone }: Settings,
  now: Date,
): Parameters<typeof forecast>[0] {
  const { dailyBudgetMicros: dailyMicros, monthlyBudgetMicros: monthlyMicros } = budget;
  return {
    groups,
    senders: active(numbers).map(forecastSender),
    tenantSegmentsPerSecond: segmentsPerSecond,
    budget: { ...moneyLeft(budget), dailyMicros, monthlyMicros },
    tenantZone: timezone,
    now,
  };
}

/** Straight lines between points: a chart needs a few hundred at most. */
function thinned(flow: Forecast | null): Preflight["curve"] {
  const curve = flow?.curve ?? [];
  const step = Math.ceil(curve.length / CURVE_POINTS) || 1;
  return curve
    .filter((_, index) => index % step === 0 || index === curve.length - 1)
    .map(({ at, sent }) => ({ at, sent }));
}
