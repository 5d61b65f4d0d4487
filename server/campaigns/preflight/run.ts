import { type AbPlan, type AbTest, testSize } from "@smscrm/core/campaigns/ab-test/ab-test";
import { type BodyCheck, checkTemplate } from "@smscrm/core/campaigns/campaign";
import { partSize } from "@smscrm/core/campaigns/first-part/first-part";
import { type Forecast, type ForecastInput, forecast } from "@smscrm/core/campaigns/forecast";
import {
  aboutText,
  type CheckedText,
  everyText,
  type WrittenTexts,
} from "@smscrm/core/campaigns/texts/chosen-text";
import type { LocalTime } from "@smscrm/core/campaigns/timing/local-time";
import { wordingProblems } from "@smscrm/core/campaigns/wording";
import type { MessagePurpose } from "@smscrm/core/consent/terms";
import { compileCampaign, type TenantRules } from "@smscrm/core/gates/message-facts";
import { exampleShortLinks, linkFaults } from "@smscrm/core/links/written-links";
import { allowancesToday } from "@smscrm/core/preflight/allowances";
import { createAudienceCheck } from "@smscrm/core/preflight/audience-check";
import type { ConsentFindings } from "@smscrm/core/preflight/consent-findings";
import { forecastInput } from "@smscrm/core/preflight/forecast-input";
import {
  type CostRange,
  type CurvePoint,
  costRange,
  thinnedCurve,
} from "@smscrm/core/preflight/forecast-result";
import { budgetAt, numbersAt } from "@smscrm/core/preflight/later";
import {
  type AbTestPlan,
  abTestCost,
  abTestPlan,
  type PricedText,
} from "@smscrm/core/preflight/parts/ab-test-plan";
import {
  type FirstPartPlan,
  firstPartPlan,
  forecastWithParts,
  withWaitingRest,
} from "@smscrm/core/preflight/parts/first-part-plan";
import { type HeldCountry, joinFindings, senderFindings } from "@smscrm/core/preflight/sender-findings";
import type { SuppressionFinding } from "@smscrm/core/preflight/suppression-findings";
import type { CheckedSoFar, Refused, Wait } from "@smscrm/core/preflight/tally";
import { type TestListFinding, testListIn } from "@smscrm/core/preflight/test-list";
import type { TextFinding } from "@smscrm/core/preflight/texts/text-findings";
import { warningsFor } from "@smscrm/core/preflight/warnings";
import type { LintCause } from "@smscrm/core/price/cost-linter";
import { may } from "@smscrm/core/process/roles";
import { exampleOptOutLink } from "@smscrm/core/text/opt-out-link";
import { possibleTests } from "@smscrm/db/audiences/test-people";
import { type Campaign, findCampaign, storeForecast } from "@smscrm/db/campaigns/campaigns";
import { readBaseline } from "@smscrm/db/campaigns/first-part/measure";
import { onTenant } from "@smscrm/db/campaigns/launch-copy";
import { writtenTextsOf } from "@smscrm/db/campaigns/texts/campaign-texts";
import { customFieldNames } from "@smscrm/db/contacts/fields";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import { linkBase, readLinkSettings } from "@smscrm/db/links/settings";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { readSafeguards } from "@smscrm/db/safeguards/safeguards";
import { listNumbers } from "@smscrm/db/senders/numbers";
import { readCurrentLists } from "@smscrm/db/suppression/lists";
import { readKillSwitchTime } from "@smscrm/db/tenants/kill-switch";
import { readLimits } from "@smscrm/db/tenants/limits";
import { readBudget, readSettings } from "@smscrm/db/tenants/settings";
import type { Dependencies } from "../../dependencies.ts";
import { createFairQueue } from "../../fair-queue.ts";
import { badRequest, found, tooMany } from "../../http/refusals.ts";
import type { Asking } from "../audit.ts";
import { checkAudience } from "./audience.ts";
import { type Breath, createBreath } from "./breath.ts";
import { withProgress } from "./progress.ts";

/** What would happen if the campaign were launched now: the real gates decide about the whole audience. */
export interface Preflight {
  audience: number;
  now: { count: number; costMicros: number };
  waits: Wait[];
  refused: Refused[];
  cost: CostRange;
  segments: { gsm7: number; ucs2: number; total: number };
  /** When the first and the last message go, by the forecast. */
  startAt: Date | null;
  finishAt: Date | null;
  /** The campaign's time by each recipient's own clock, and for how many it has passed at the launch. */
  localTime: LocalTime | null;
  timePassed: number;
  /** Who goes first, and what holds the rest; null: all go. */
  firstPart: FirstPartPlan | null;
  /** Who is in the A/B test, and what each text costs; null: there is one text. */
  abTest: AbTestPlan | null;
  curve: CurvePoint[];
  missing: { field: string; contacts: number }[];
  /** Whose consent is missing, by country and reason, and whose ends soon. */
  consent: ConsentFindings;
  /** Whom the suppression lists stop or hold, by list. */
  suppression: SuppressionFinding[];
  /** Who gets which text, with its cost; a campaign in one language has one row. */
  texts: TextFinding[];
  /** Whom the rules for senders hold, by country, now or when their hours open. */
  held: HeldCountry[];
  purpose: MessagePurpose;
  topic: string | null;
  warnings: string[];
  /** What shows that the audience is a list for tests; null: it is none. */
  testList: TestListFinding | null;
  /** Whether a launch must confirm that the campaign is meant for it. */
  asksAboutTestList: boolean;
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

interface Evaluating {
  at: Date | null;
  publicUrl: string;
  carrier: "simulator" | "twilio";
  breathe: Breath;
  /** Called with what is counted, after each part of the audience. */
  note: (soFar: CheckedSoFar) => void;
}

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
  {
    anyway,
    at,
    signal,
  }: {
    anyway: boolean;
    at?: Date | undefined;
    signal: AbortSignal | undefined;
  },
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
      const answer = await withProgress(tenantId, campaignId, (note) =>
        evaluateAudience(tx, tenantId, evaluated, {
          at: at ?? campaign.scheduledAt,
          publicUrl: dependencies.publicUrl,
          carrier,
          breathe,
          note,
        }),
      );
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
  { at, publicUrl, carrier, breathe, note }: Evaluating,
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
  const book = await readRuleBook(tx, now);
  const { trialSince, teamNumbers, inboxIsFull, inboxLimit } = await readSafeguards(tx, tenantId);
  const trialNumbers = trialSince ? teamNumbers : null;
  const written = await writtenTextsOf(tx, tenantId, campaign.id);
  const { abTest, ...untested } = campaign;
  const trial = {
    ...untested,
    ...written,
    launchedAt: now,
    launchedAsTrialFor: campaign.isTrial || (trialSince && campaign.status === "draft") ? teamNumbers : null,
  };
  const testList = testListIn(await possibleTests(tx, tenantId, campaign.audience));
  const rules: TenantRules = {
    ...settings,
    sendingHoursLimit,
    sendingPausedAt: pausedAt,
    book,
    trialNumbers,
    suppressionLists: await readCurrentLists(tx, tenantId),
  };
  const links = await readLinkSettings(tx, tenantId);
  /** Evaluates the whole audience with one text of a test, or with the texts of all languages. */
  const checkedWith = async (texts: WrittenTexts) => {
    const bodies = everyText(texts).map(({ body }) => body);
    const shortLinks = campaign.shortenLinks
      ? exampleShortLinks(bodies.join("\n"), linkBase(links, publicUrl))
      : null;
    const one = { ...trial, ...texts };
    const check = createAudienceCheck({
      campaign: compileCampaign({ ...one, shortLinks }, book),
      rules,
      allowances: allowancesToday(numbers, budget, settings),
      now,
      viewerZone: settings.timezone,
      optOutLink: exampleOptOutLink(publicUrl),
    });
    const examples = await checkAudience(tx, {
      ...{ tenantId, campaign: one, rules, numbers, now, check },
      breathe: Object.assign(() => breathe(), {
        partDone: () => {
          note(check.soFar());
          return breathe.partDone();
        },
      }),
    });
    return check.result(examples);
  };
  // Each text of a test is priced, because each may go to everybody.
  const results = [await checkedWith(abTest ? { ...written, texts: [] } : written)];
  for (const body of abTest?.texts ?? []) results.push(await checkedWith({ ...written, body, texts: [] }));
  const { costMicros, countries, consent, suppression, dearer, texts, groups: _, ...counts } = results[0]!;
  // The dearest text is the one that the budget must bear.
  const dearest = results.reduce((most, one) => (one.costMicros > most.costMicros ? one : most));
  const names = [...countries.keys()];
  const senders = numbers
    .filter(({ isActive }) => isActive)
    .map(({ phone, ...each }) => ({ ...each, phoneE164: phone }));
  const found = results.flatMap((result, at) =>
    result.texts.map((text) => (abTest ? { ...text, variant: at + 1 } : text)),
  );
  const readers = readersOf(written, found);
  const findings = joinFindings(
    readers.map(({ body, people }) =>
      senderFindings({ body, purpose: campaign.purpose, people, senders, book }),
    ),
  );
  const pace = { ...settings, messagesPerMinute: campaign.messagesPerMinute };
  const input = forecastInput(dearest.groups, numbers, budget, pace, now);
  const { audience } = counts;
  const { flow, firstPart, testAt } = await foreseen(tx, tenantId, campaign, {
    input,
    audience,
    isPaused: Boolean(pausedAt),
  });
  const testPlan = abTest && abTestPlan(audience, planOf(abTest), results.map(pricedText), testAt);
  const waitsFor = firstPart ?? testPlan;
  const cost = costRange(costMicros, flow);
  return {
    ...(waitsFor && waitsFor.size + waitsFor.rest > 0 ? withWaitingRest(counts, waitsFor) : counts),
    consent,
    suppression,
    texts,
    purpose: campaign.purpose,
    topic: campaign.topic,
    cost: testPlan ? abTestCost(testPlan, cost) : cost,
    firstPart,
    abTest: testPlan,
    localTime: campaign.localTime,
    startAt: flow?.startAt ?? null,
    finishAt: flow?.finishAt ?? null,
    curve: thinnedCurve(flow),
    held: findings.held,
    warnings: warningsFor({
      counts,
      consent,
      suppression,
      senders: findings,
      checks: [
        ...everyText(written).map((text) =>
          about(text, {
            errors: [
              ...checkTemplate(text.body, customFields).errors,
              ...(campaign.shortenLinks ? linkFaults(text.body, links.allowedHosts) : []),
            ],
            warnings: checkTemplate(text.body, customFields).warnings,
          }),
        ),
        // Senders that may not send it are counted, and said by `senders`.
        ...readers.map(({ text, body, people }) =>
          about(text, {
            errors: [],
            warnings: wordingProblems(body, {
              ...{ countries: [...people.keys()], senders, senderName: settings.name, book },
            }).warnings,
          }),
        ),
      ],
      flow,
      pausedAt,
      suspendedReason,
      smartEncoding: campaign.smartEncoding,
      expiresAt: campaign.expiresAt,
      countries: names,
      purpose: campaign.purpose,
      now,
      hours: book.hours,
      safeguards: { trialSince, inboxFullAbove: inboxIsFull ? inboxLimit : null },
      testList,
    }),
    testList,
    asksAboutTestList: testList !== null && carrier === "twilio" && !trialSince,
    dearer,
    missed: flow?.missed ?? [],
    evaluatedAt: present,
    launchAt: now > present ? now : null,
    tookMs: Math.round(performance.now() - startedMs),
  };
}

/** The texts with those who get them: what the law of their countries asks of each. */
function readersOf(written: WrittenTexts, found: readonly TextFinding[]) {
  const checked = everyText(written);
  return found.flatMap(({ variant, isDefault, language, countries }) => {
    const own = checked.filter(
      (text) => text.variant === variant && text.language === (isDefault ? "" : language),
    );
    const special = new Set(own.map(({ country }) => country));
    return own.map((text) => ({
      text,
      body: text.body,
      people: new Map(
        countries
          .filter(({ country }) => text.country === (special.has(country) ? country : null))
          .map(({ country, people }) => [country, people]),
      ),
    }));
  });
}

/** Says of which text a problem is, where there are several. */
const about = (text: CheckedText, { errors, warnings }: BodyCheck): BodyCheck => ({
  errors: errors.map((each) => aboutText(text, each)),
  warnings: warnings.map((each) => aboutText(text, each)),
});

/** Predicts when it goes, and what its first part and its A/B test wait for. Nothing is predicted while sending is paused. */
async function foreseen(
  tx: TenantTransaction,
  tenantId: string,
  { id: campaignId, canary, abTest, localTime, spreadMinutes }: Campaign,
  { input, audience, isPaused }: { input: ForecastInput; audience: number; isPaused: boolean },
): Promise<{ flow: Forecast | null; firstPart: FirstPartPlan | null; testAt: Date | null }> {
  if (audience === 0 || (!canary && !abTest))
    return { flow: isPaused ? null : forecast(input), firstPart: null, testAt: null };
  const isSpread = spreadMinutes !== null && localTime === null;
  const parts = [
    ...(canary ? [{ size: partSize(audience, canary.percent), watchMinutes: canary.watchMinutes }] : []),
    ...(abTest
      ? [{ size: testSize(audience, abTest, abTest.texts.length + 1), watchMinutes: abTest.waitMinutes }]
      : []),
  ];
  const { flow, decideAt } = forecastWithParts(input, { audience, parts, isSpread });
  const known = isPaused ? [] : decideAt;
  const testAt = abTest ? (known.at(-1) ?? null) : null;
  if (!canary) return { flow: isPaused ? null : flow, firstPart: null, testAt };
  const about = { tenantId, campaignId, watchMinutes: canary.watchMinutes };
  const baseline = await readBaseline(onTenant(tx), about);
  const firstPart = firstPartPlan(audience, canary, baseline, known[0] ?? null);
  return { flow: isPaused ? null : flow, firstPart, testAt };
}

const planOf = ({ texts: _, ...plan }: AbTest): AbPlan => plan;

type Checked = ReturnType<ReturnType<typeof createAudienceCheck>["result"]>;

const pricedText = ({ costMicros, segments, refused }: Checked, at: number): PricedText => ({
  ...{ variant: at + 1, costMicros, segments: segments.total },
  refused: refused.reduce((sum, { reason, count }) => sum + (reason === "Content" ? count : 0), 0),
});

/** The part of a preflight that is stored with the draft. */
function kept({ evaluatedAt, finishAt, cost, curve }: Omit<Preflight, "canOverrideQuietHours">) {
  return {
    evaluatedAt: evaluatedAt.toISOString(),
    finishAt: finishAt?.toISOString() ?? null,
    costMicros: cost.likelyMicros,
    curve: curve.map((point) => ({ at: point.at.toISOString(), sent: point.sent })),
  };
}
