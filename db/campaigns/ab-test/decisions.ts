import type { AbFigures } from "@smscrm/core/campaigns/ab-test/ab-test";
import {
  DRAW_MAX,
  type FirstPartState,
  UNDECIDED_STATES,
} from "@smscrm/core/campaigns/first-part/first-part";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { campaigns, firstParts } from "../../schema/index.ts";

/** The A/B test of a launched campaign as its page shows it. */
export interface RunningTest {
  state: FirstPartState;
  /** How many are in it, and how many wait. */
  size: number;
  rest: number;
  waitMinutes: number;
  sendBy: Date;
  sentAt: Date | null;
  decideAt: Date | null;
  decidedAt: Date | null;
  /** Null: the rule chose, or nobody has. */
  decidedBy: string | null;
  /** The text that was chosen; null: none yet. */
  winner: number | null;
  /** Texts that are sent to nobody else. */
  stopped: number[];
  /** What was counted last about each text. */
  figures: AbFigures | null;
  sentence: string | null;
}

const isOf = (tenantId: string, campaignId: string) =>
  and(eq(firstParts.tenantId, tenantId), eq(firstParts.campaignId, campaignId), eq(firstParts.step, "test"));

/** Returns the test of a campaign; null: it has none, or is not frozen yet. */
export async function findTest(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
): Promise<RunningTest | null> {
  const { state, size, rest, watchMinutes, sendBy, sentAt, decideAt, decidedAt, variants, sentence } =
    firstParts;
  const [row] = await tx
    .select({
      ...{ state, size, rest, sendBy, sentAt, decideAt, decidedAt, sentence },
      ...{ waitMinutes: watchMinutes, figures: variants },
      ...{ winner: campaigns.winner, stopped: campaigns.stoppedVariants },
      decidedBy: sql<string | null>`(select u.name from users u where u.id = ${firstParts.decidedBy})`,
    })
    .from(firstParts)
    .innerJoin(
      campaigns,
      and(eq(campaigns.tenantId, firstParts.tenantId), eq(campaigns.id, firstParts.campaignId)),
    )
    .where(isOf(tenantId, campaignId));
  return row ?? null;
}

/**
 * Chooses the text that the rest of a campaign gets, by a person's decision. False: it was decided already, or the campaign is
 * over. The row is locked, so of two people and a worker one decides.
 */
export async function chooseText(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  variant: number,
  userId: string,
): Promise<boolean> {
  const decided = await tx
    .update(firstParts)
    .set({
      ...{ state: "open", decidedBy: userId },
      decidedAt: sql`clock_timestamp()`,
      nextAt: sql`clock_timestamp()`,
    })
    .where(and(isOf(tenantId, campaignId), inArray(firstParts.state, [...UNDECIDED_STATES])))
    .returning({ id: firstParts.campaignId });
  if (decided.length === 0) return false;
  const chosen = await tx
    .update(campaigns)
    .set({ winner: variant, openDraws: DRAW_MAX })
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        eq(campaigns.id, campaignId),
        isNull(campaigns.winner),
        inArray(campaigns.status, ["running", "paused"]),
      ),
    )
    .returning({ id: campaigns.id });
  return chosen.length > 0;
}
