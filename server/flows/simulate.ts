import { type SimulatedVerdict, type Simulation, simulateFlow } from "@smscrm/core/flows/simulate";
import { evaluateLaw } from "@smscrm/core/gates/index";
import {
  type CompiledCampaign,
  compileCampaign,
  fieldsOfTexts,
  messageFor,
  type TenantRules,
} from "@smscrm/core/gates/message-facts";
import { exampleOptOutLink } from "@smscrm/core/text/opt-out-link";
import { snippetNames } from "@smscrm/core/text/snippets";
import { localDay } from "@smscrm/core/time/budget-period";
import { onTenant } from "@smscrm/db/campaigns/launch-copy";
import { candidatesOf } from "@smscrm/db/campaigns/preflight";
import type { FlowRow } from "@smscrm/db/flows/flows";
import { type FlowSample, sampleEntrants, whoMeetsNow } from "@smscrm/db/flows/sample";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { readCurrentLists } from "@smscrm/db/suppression/lists";
import { currentSnippets } from "@smscrm/db/templates/snippet-texts";
import { readSettings } from "@smscrm/db/tenants/settings";
import type { CheckedFlow } from "./checks.ts";

interface SimulatedRun {
  messages: number;
  costMicros: number;
  /** By day, for all who enter. */
  days: { entered: number; messages: number }[];
  held: Record<string, number>;
  refused: Record<string, number>;
}

/** Thirty days of a flow, before it goes live. Figures are for all who enter, reckoned from the sample. */
export interface FlowForecast {
  from: FlowSample["from"];
  entering: number;
  sampled: number;
  /** If nobody answers, and if all answer at once; the same for a flow that waits for no reply. */
  silent: SimulatedRun;
  replied: SimulatedRun;
  /** What it cannot know, as sentences. */
  unknown: string[];
}

/** Runs a sample of those who would enter through the flow, with the gates' law, hours and caps, and the prices of today. */
export async function forecastFlow(
  tx: TenantTransaction,
  tenantId: string,
  flow: FlowRow,
  { ops, audience }: CheckedFlow,
  publicUrl: string,
): Promise<FlowForecast> {
  const now = new Date();
  const [settings, book, suppressionLists] = [
    await readSettings(tx, tenantId),
    await readRuleBook(tx),
    await readCurrentLists(tx, tenantId),
  ];
  const rules: TenantRules = { ...settings, sendingPausedAt: null, book, suppressionLists };
  const zone = settings.timezone;
  const sample = await sampleEntrants(
    tx,
    tenantId,
    flow.id,
    { trigger: flow.draft.trigger, audience: audience?.definition ?? null },
    { now, day: localDay(zone, now), zone },
  );
  const campaigns = new Map<number, CompiledCampaign>();
  const fields = new Set<string>();
  for (const [line, op] of ops.entries()) {
    if (op.op !== "send") continue;
    const { purpose, topic } = flow.draft;
    const snippets = await currentSnippets(onTenant(tx), tenantId, snippetNames(op.body));
    const campaign = compileCampaign(
      {
        snippets,
        ...{ kind: "flow", purpose, topic, body: op.body, smartEncoding: op.smartEncoding },
        ...{ quietHours: null, quietHoursOverrideReason: null, expiresAt: null, pausedAt: null },
      },
      book,
    );
    for (const name of fieldsOfTexts(campaign)) fields.add(name);
    campaigns.set(line, campaign);
  }
  const ids = sample.people.map(({ contactId }) => contactId);
  const candidates = new Map(
    (await candidatesOf(tx, tenantId, ids, [...fields])).map((one) => [one.contactId, one]),
  );
  const optOutLink = exampleOptOutLink(publicUrl);
  const met = await whoMeetsNow(tx, tenantId, ops, ids, { now, zone });
  const entrants = sample.people.flatMap(({ contactId, at }) => {
    const candidate = candidates.get(contactId);
    return candidate ? [{ candidate: { ...candidate, optOutLink }, at }] : [];
  });
  const run = (replies: boolean): SimulatedRun =>
    scaled(
      simulateFlow(
        {
          ...{ ops, start: now, replies },
          ask: (line, candidate, at) => {
            const { facts, refusal } = messageFor(candidate, campaigns.get(line)!, rules);
            if (refusal) return { kind: "drop", reason: "Content" };
            return answerOf(evaluateLaw(facts, at), facts.priceMicros);
          },
          meets: (line, contactId) => met.get(line)?.has(contactId) ?? false,
        },
        entrants,
      ),
      entrants.length === 0 ? 0 : sample.total / entrants.length,
    );
  return {
    ...{ from: sample.from, entering: sample.total, sampled: entrants.length },
    ...{ silent: run(false), replied: run(true) },
    unknown: unknownOf(flow, ops, sample.from),
  };
}

function answerOf(refusal: ReturnType<typeof evaluateLaw>, priceMicros: number | null): SimulatedVerdict {
  if (refusal?.kind === "hold") return { kind: "hold", until: refusal.until, reason: refusal.reason };
  if (refusal?.kind === "drop") return { kind: "drop", reason: refusal.reason };
  return priceMicros === null ? { kind: "drop", reason: "No price" } : { kind: "send", priceMicros };
}

function scaled({ days, messages, costMicros, held, refused }: Simulation, by: number): SimulatedRun {
  const round = (count: number) => Math.round(count * by);
  const all = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).map(([reason, count]) => [reason, round(count)]));
  return {
    ...{ messages: round(messages), costMicros: round(costMicros), held: all(held), refused: all(refused) },
    days: days.map((day) => ({ entered: round(day.entered), messages: round(day.messages) })),
  };
}

function unknownOf(
  { draft: { trigger } }: FlowRow,
  ops: CheckedFlow["ops"],
  from: FlowSample["from"],
): string[] {
  const known = {
    keyword: "How often people will text the keyword. The last 30 days stand for the next.",
    tag: "Who will get the tag. Only when a contact was added is on record, not when it got a tag: contacts of the last 30 days who have it stand for the next.",
    date: "Dates that are entered or corrected later.",
    audience:
      "Who will come into the audience. Only when a contact was added is on record: contacts of the last 30 days who are in it stand for the next.",
    event: "How often your system will report the event. The last 30 days stand for the next.",
  }[trigger.kind];
  return [
    from === "unknown"
      ? "How many will enter: nothing like it is on record in the last 30 days. Your newest contacts stand for them, as if they entered now."
      : known,
    ...(ops.some(({ op }) => op === "reply")
      ? ["Who will answer. The figures show nobody and everybody."]
      : []),
    ...(ops.some(({ op }) => op === "condition")
      ? ["What will change about people on the way. Conditions are met as they are today."]
      : []),
    "Budgets, sending rates and other campaigns: they may hold messages longer.",
  ];
}
