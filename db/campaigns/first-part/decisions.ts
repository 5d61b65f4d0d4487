import type { Baseline, PartFigures } from "@smscrm/core/campaigns/first-part/canary";
import {
  DRAW_MAX,
  type FirstPartState,
  UNDECIDED_STATES,
} from "@smscrm/core/campaigns/first-part/first-part";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { campaigns, firstParts } from "../../schema/index.ts";

/** The first part of a launched campaign as its page shows it. */
export interface FirstPart {
  step: "canary";
  state: FirstPartState;
  size: number;
  rest: number;
  watchMinutes: number;
  sendBy: Date;
  sentAt: Date | null;
  decideAt: Date | null;
  decidedAt: Date | null;
  /** Null: it went on by itself, or nobody has decided. */
  decidedBy: string | null;
  figures: PartFigures | null;
  baseline: Baseline | null;
  sentence: string | null;
}

/** Returns the canary of a campaign; null: it has none, or is not frozen yet. */
export async function findFirstPart(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
): Promise<FirstPart | null> {
  const { state, size, rest, watchMinutes, sendBy, sentAt, decideAt, decidedAt } = firstParts;
  const [row] = await tx
    .select({
      ...{ state, size, rest, watchMinutes, sendBy, sentAt, decideAt, decidedAt },
      figures: firstParts.figures,
      baseline: firstParts.baseline,
      sentence: firstParts.sentence,
      decidedBy: sql<string | null>`(select u.name from users u where u.id = ${firstParts.decidedBy})`,
    })
    .from(firstParts)
    .where(isOf(tenantId, campaignId));
  return row ? { ...row, step: "canary" } : null;
}

const isOf = (tenantId: string, campaignId: string) =>
  and(
    eq(firstParts.tenantId, tenantId),
    eq(firstParts.campaignId, campaignId),
    eq(firstParts.step, "canary"),
  );

/**
 * Lets the rest of a campaign go by a person's decision, or its A/B test. False: it was decided already, or the campaign is over. The row is
 * locked, so of two people and a worker one decides.
 */
export async function openRest(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  userId: string,
): Promise<boolean> {
  const opened = await tx
    .update(firstParts)
    .set({
      ...{ state: "open", decidedBy: userId },
      decidedAt: sql`clock_timestamp()`,
      nextAt: sql`clock_timestamp()`,
    })
    .where(and(isOf(tenantId, campaignId), inArray(firstParts.state, [...UNDECIDED_STATES])))
    .returning({ id: firstParts.campaignId });
  if (opened.length === 0) return false;
  // An A/B test comes next, where there is one.
  await tx
    .update(firstParts)
    .set({ nextAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(firstParts.tenantId, tenantId),
        eq(firstParts.campaignId, campaignId),
        eq(firstParts.state, "waiting"),
      ),
    );
  const running = await tx
    .update(campaigns)
    .set({ openDraws: sql`coalesce(${campaigns.testDraws}, ${DRAW_MAX}::int)` })
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        eq(campaigns.id, campaignId),
        inArray(campaigns.status, ["running", "paused"]),
      ),
    )
    .returning({ id: campaigns.id });
  return running.length > 0;
}
