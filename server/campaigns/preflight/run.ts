import { setTimeout as sleep } from "node:timers/promises";
import { checkTemplate } from "@smscrm/core/campaigns/campaign";
import { type Forecast, forecast } from "@smscrm/core/campaigns/forecast";
import { wordingProblems } from "@smscrm/core/campaigns/wording";
import type { MessagePurpose } from "@smscrm/core/consent/terms";
import { evaluateMessage } from "@smscrm/core/gates/index";
import { compileCampaign, messageFor, type TenantRules } from "@smscrm/core/gates/message-facts";
import { allowancesToday } from "@smscrm/core/preflight/allowances";
import { type ConsentFindings, createConsentFindings } from "@smscrm/core/preflight/consent-findings";
import { createLint } from "@smscrm/core/preflight/cost-lint";
import { forecastInput } from "@smscrm/core/preflight/forecast-input";
import {
  type CostRange,
  type CurvePoint,
  costRange,
  thinnedCurve,
} from "@smscrm/core/preflight/forecast-result";
import { budgetAt, numbersAt } from "@smscrm/core/preflight/later";
import { createTally, type Refused, type Wait } from "@smscrm/core/preflight/tally";
import { warningsFor } from "@smscrm/core/preflight/warnings";
import type { LintCause } from "@smscrm/core/price/cost-linter";
import { may } from "@smscrm/core/process/roles";
import { exampleOptOutLink } from "@smscrm/core/text/opt-out-link";
import { type Campaign, findCampaign, storeForecast } from "@smscrm/db/campaigns/campaigns";
import { audiencePages } from "@smscrm/db/campaigns/preflight";
import { customFieldNames } from "@smscrm/db/contacts/audience";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { listNumbers } from "@smscrm/db/senders/numbers";
import { readKillSwitchTime } from "@smscrm/db/tenants/kill-switch";
import { readLimits } from "@smscrm/db/tenants/limits";
import { readBudget, readSettings } from "@smscrm/db/tenants/settings";
import type { Dependencies } from "../../dependencies.ts";
import { createFairQueue } from "../../fair-queue.ts";
import { badRequest, found, tooMany } from "../../http/refusals.ts";
import type { Asking } from "../audit.ts";

/** What would happen if the campaign were launched now: the real gates decide about the whole audience. */
export interface Preflight {
  audience: number;
  now: { count: number; costMicros: number };
  waits: Wait[];
  refused: Refused[];
  cost: CostRange;
  segments: { gsm7: number; ucs2: number; total: number };
  finishAt: Date | null;
  curve: CurvePoint[];
  missing: { field: string; contacts: number }[];
  /** Whose consent is missing, by country and reason, and whose ends soon. */
  consent: ConsentFindings;
  purpose: MessagePurpose;
  topic: string | null;
  warnings: string[];
  /** Merge values that raise the cost, and what to write instead. */
  dearer: { ucs2: LintCause; longer: LintCause };
  canOverrideQuietHours: boolean;
  /** Recipients who are not reached before the text is too old, or within the forecast's 60 days. */
  missed: Forecast["missed"];
  evaluatedAt: Date;
  /** The launch time that it is made for; null: now. */
  launchAt: Date | null;
  tookMs: number;
}

/** A page keeps the database busy for some 10 ms. */
const PAGE = 500;
/** After this long other requests get a turn. A page of theirs waits for a slice at each of its dozen steps. */
const SLICE_MS = 1;
/** How many times as long as it works a preflight rests while another tenant loads a page. */
const RESTS = 5;
/** The clock is read after this many messages. */
const MESSAGES_PER_CLOCK = 8;

/** A preflight of a large audience keeps a core busy for seconds. A tenant waits only for its own preflights. */
const inTurn = createFairQueue({
  atOnce: 2,
  atOncePerKey: 1,
  waitingPerKeyMax: 20,
  waitLimitMs: 60_000,
  refusal: () => tooMany("Your team is checking too many campaigns at once. Try again in a minute."),
});

/**
 * Runs the preflight. `at` is the launch time to assume; a scheduled campaign uses its own unless `at` is given.
 * `anyway` assumes an owner's override of quiet hours, where one is possible.
 */
export function preflight(
  asking: Asking & { dependencies: Dependencies; isBeside: (tenantId: string) => boolean },
  campaignId: string,
  { anyway, at, signal }: { anyway: boolean; at?: Date | undefined; signal: AbortSignal | undefined },
): Promise<Preflight> {
  return inTurn(asking.tenantId, () =>
    asking.inTenant(async (tx) => {
      const { tenantId, session, dependencies } = asking;
      const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
      const { carrier } = dependencies;
      const { sendingHours } = await readLimits(tx, tenantId);
      const canOverrideQuietHours =
        carrier === "simulator" && may(session, "quietHours.override") && sendingHours === null;
      if (anyway && !canOverrideQuietHours) {
        throw badRequest(
          "Only an owner can override quiet hours, while the carrier is the simulator and the platform sets no limit on sending hours.",
        );
      }
      const evaluated = anyway ? { ...campaign, quietHoursOverrideReason: "Preflight" } : campaign;
      const breathe = createBreath(() => asking.isBeside(tenantId), signal);
      const answer = await evaluateAudience(tx, tenantId, evaluated, {
        at: at ?? campaign.scheduledAt,
        publicUrl: dependencies.publicUrl,
        breathe,
      });
      // The forecast is kept, so that the campaign's page can compare it with the result later.
      if (!at) await storeForecast(tx, tenantId, campaign, kept(answer), { anyway });
      return { ...answer, canOverrideQuietHours };
    }),
  );
}

async function evaluateAudience(
  tx: TenantTransaction,
  tenantId: string,
  campaign: Campaign,
  { at, publicUrl, breathe }: { at: Date | null; publicUrl: string; breathe: Breath },
): Promise<Omit<Preflight, "canOverrideQuietHours">> {
  const startedMs = performance.now();
  const settings = await readSettings(tx, tenantId);
  const { now: present, pausedAt, suspendedReason } = await readKillSwitchTime(tx, tenantId);
  const now = at && at > present ? at : present;
  const budget = budgetAt(await readBudget(tx, tenantId), settings.timezone, now);
  const numbers = numbersAt(
    await listNumbers(tx, tenantId, settings.timezone),
    settings.timezone,
    present,
    now,
  );
  const customFields = await customFieldNames(tx, tenantId);
  const sendingHoursLimit = settings.limits.sendingHours;
  const rules: TenantRules = { ...settings, sendingHoursLimit, sendingPausedAt: pausedAt };
  const compiled = compileCampaign(campaign);
  const mergeFields = compiled.template.fields.map((field) => field.name);
  const allowances = allowancesToday(numbers, budget, settings);
  const tally = createTally({ viewerZone: settings.timezone, now });
  const link = exampleOptOutLink(publicUrl);
  const lint = createLint(compiled, link);
  const consent = createConsentFindings(now);
  for await (const candidates of oneAhead(
    audiencePages(tx, tenantId, campaign.audience, mergeFields, PAGE),
  )) {
    for (const [index, candidate] of candidates.entries()) {
      if (index % MESSAGES_PER_CLOCK === 0) await breathe();
      candidate.optOutLink = link;
      const message = messageFor(candidate, compiled, rules);
      const verdict = evaluateMessage(message, allowances, now);
      tally.add(candidate, message, verdict);
      consent.add(message.facts, verdict);
      if (verdict.kind !== "drop") lint.add(candidate, message);
    }
    await breathe.pageDone();
  }
  const { groups, costMicros, countries, ...counts } = tally.result();
  const flow = pausedAt ? null : forecast(forecastInput(groups, numbers, budget, settings, now));
  const findings = consent.result();
  return {
    ...counts,
    consent: findings,
    purpose: campaign.purpose,
    topic: campaign.topic,
    cost: costRange(costMicros, flow),
    finishAt: flow?.finishAt ?? null,
    curve: thinnedCurve(flow),
    warnings: warningsFor({
      counts,
      consent: findings,
      checks: [
        checkTemplate(campaign.body, customFields),
        wordingProblems(campaign.body, {
          countries,
          senders: numbers
            .filter(({ isActive }) => isActive)
            .map(({ phone, ...each }) => ({ ...each, phoneE164: phone })),
          senderName: settings.name,
        }),
      ],
      flow,
      pausedAt,
      suspendedReason,
      smartEncoding: campaign.smartEncoding,
      expiresAt: campaign.expiresAt,
      countries,
      now,
    }),
    dearer: lint.result(),
    missed: flow?.missed ?? [],
    evaluatedAt: present,
    launchAt: now > present ? now : null,
    tookMs: Math.round(performance.now() - startedMs),
  };
}

/** The part of a preflight that is stored with the draft. */
function kept({ evaluatedAt, finishAt, cost, curve }: Omit<Preflight, "canOverrideQuietHours">) {
  return {
    evaluatedAt: evaluatedAt.toISOString(),
    finishAt: finishAt?.toISOString() ?? null,
    costMicros: cost.likelyMicros,
    curve: curve.map((point) => ({ at: point.at.toISOString(), sent: point.sent })),
  };
}

/** Asks for the next page while this one is evaluated, because the database and this process work in parallel. */
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
    // A caller that stops early must not leave a rejected promise that nothing awaits.
    await next.catch(() => {});
  }
}

/** What lets other requests run during a preflight. */
interface Breath {
  /** Called after each few messages. */
  (): Promise<void>;
  /** Called when a page has been evaluated. */
  pageDone(): Promise<void>;
}

/**
 * Lets other requests run when a slice is over, and stops the work when the client has disconnected. While another tenant
 * loads a page, the preflight rests after each page of its audience: the database has read the next one by then.
 */
function createBreath(isBeside: () => boolean, signal: AbortSignal | undefined): Breath {
  let sliceFrom = performance.now();
  let pageFrom = sliceFrom;
  const breathe = async () => {
    if (performance.now() - sliceFrom < SLICE_MS) return;
    signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
    sliceFrom = performance.now();
  };
  const pageDone = async () => {
    if (isBeside()) await sleep(RESTS * (performance.now() - pageFrom));
    pageFrom = performance.now();
  };
  return Object.assign(breathe, { pageDone });
}
