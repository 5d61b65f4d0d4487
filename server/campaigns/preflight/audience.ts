import {
  type CampaignRules,
  fieldsOfTexts,
  isReplying,
  type TenantRules,
} from "@smscrm/core/gates/message-facts";
import type { NumberToday } from "@smscrm/core/preflight/allowances";
import type { createAudienceCheck } from "@smscrm/core/preflight/audience-check";
import { leastLawCap } from "@smscrm/core/time/quiet-hours-presets";
import { audiencePages, audienceParts, candidatesOf } from "@smscrm/db/campaigns/preflight";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import type { Audience } from "@smscrm/db/schema/campaigns";
import type { Breath } from "./breath.ts";

type Check = ReturnType<typeof createAudienceCheck>;

interface CheckingAudience {
  tenantId: string;
  campaign: CampaignRules & { audience: Audience };
  rules: TenantRules;
  numbers: readonly NumberToday[];
  now: Date;
  check: Check;
  breathe: Breath;
}

/** A part keeps the database busy for some 100 ms. The first is small, so that evaluating begins at once. */
const FIRST_PART = 500;
const PART = 10_000;
/** People of a page where each is read alone. */
const PAGE = 500;
/** The clock is read after this many messages. */
const MESSAGES_PER_CLOCK = 8;

function* partSizes(): Generator<number> {
  yield FIRST_PART;
  for (;;) yield PART;
}

/**
 * Evaluates an audience in parts, by groups of people who are alike. Where the order of a part's people decides who gets a
 * message, because money or a warm-up ends there, it is read person by person. Returns the people whom the answer names.
 */
export async function checkAudience(tx: TenantTransaction, checking: CheckingAudience) {
  const { tenantId, campaign, rules, numbers, now, check, breathe } = checking;
  const mergeFields = fieldsOfTexts(campaign);
  const parts = audienceParts(tx, tenantId, campaign.audience, mergeFields, {
    ...capsOf(campaign, rules),
    now,
    // Who texted a person last decides which of two numbers sends, and so whose warm-up is used.
    stickySenders: numbers.some(({ warmUpLimitToday }) => warmUpLimitToday !== null)
      ? numbers.map(({ id }) => id)
      : [],
    trialNumbers: campaign.launchedAsTrialFor ?? null,
    hasLists: (rules.suppressionLists?.length ?? 0) > 0,
    partSizes: partSizes(),
  });
  for await (const { people, after, until } of oneAhead(parts)) {
    const part = check.part();
    let index = 0;
    for (const each of people) {
      if (index % MESSAGES_PER_CLOCK === 0) await breathe();
      part.add(each);
      index += 1;
    }
    if (!part.finish()) {
      for await (const page of audiencePages(tx, tenantId, campaign.audience, mergeFields, PAGE, {
        after,
        until,
      })) {
        for (const [index, candidate] of page.entries()) {
          if (index % MESSAGES_PER_CLOCK === 0) await breathe();
          check.addPerson(candidate);
        }
      }
    }
    await breathe.partDone();
  }
  return candidatesOf(tx, tenantId, check.refusedContacts(), mergeFields);
}

/** The least caps that may hold a person. The law's differ by place. */
function capsOf({ kind, purpose }: CampaignRules, { capPerDay, capPerWeek, book }: TenantRules) {
  const marketing = !isReplying(kind) && (purpose ?? "marketing") === "marketing";
  if (!marketing) return { capPerDay, capPerWeek };
  const caps = [capPerDay, leastLawCap(book?.hours)].filter((cap) => cap !== null);
  return { capPerDay: caps.length === 0 ? null : Math.min(...caps), capPerWeek };
}

/** Asks for the next part while this one is evaluated, because the database and this process work in parallel. */
async function* oneAhead<T>(parts: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = parts.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = parts.next();
      yield value;
    }
  } finally {
    // A caller that stops early must not leave a rejected promise that nothing awaits.
    await next.catch(() => {});
  }
}
