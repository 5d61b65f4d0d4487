import type { CampaignCopy } from "@smscrm/core/campaigns/approval";
import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { campaigns } from "../campaigns.ts";
import { at, tenantId } from "../columns.ts";

/** open · approved · returned · withdrawn · void · used */
export type ApprovalStatus = "open" | "approved" | "returned" | "withdrawn" | "void" | "used";
/** Why it is over: what happened to the campaign, or that somebody asked again. */
export type ApprovalEnd =
  | "changed"
  | "launched"
  | "scheduled"
  | "unscheduled"
  | "canceled"
  | "withdrawn"
  | "asked-again";

/** What was seen: the campaign, and its preflight as the page shows it, without people. */
export interface SeenCampaign {
  copy: CampaignCopy;
  preflight: Record<string, unknown>;
}

/**
 * Requests that a second person approves a launch. `seen` and its hash never change. A trigger on `campaigns` ends them
 * with any change of the campaign, in the same transaction, so that no writer can forget it.
 */
export const launchApprovals = pgTable(
  "launch_approvals",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull().default(sql`uuid_v7()`),
    campaignId: uuid("campaign_id").notNull(),
    status: text("status").$type<ApprovalStatus>().notNull().default("open"),
    askedBy: uuid("asked_by").notNull(),
    askedAt: at("asked_at").notNull().defaultNow(),
    note: text("note"),
    /** When it launches automatically once it is approved; null: by hand. */
    launchAt: at("launch_at"),
    recipients: integer("recipients").notNull(),
    seen: jsonb("seen").$type<SeenCampaign>().notNull(),
    /** SHA-256 of `seen` and `recipients`, in hex. */
    fingerprint: text("fingerprint").notNull(),
    decidedBy: uuid("decided_by"),
    decidedAt: at("decided_at"),
    comment: text("comment"),
    /** Null: it waits, holds, or was returned and not asked again. */
    endedAt: at("ended_at"),
    endReason: text("end_reason").$type<ApprovalEnd>(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({
      name: "launch_approvals_campaign",
      columns: [table.tenantId, table.campaignId],
      foreignColumns: [campaigns.tenantId, campaigns.id],
    }).onDelete("cascade"),
    uniqueIndex("launch_approvals_current").on(table.tenantId, table.campaignId).where(sql`ended_at is null`),
    index("launch_approvals_of_campaign").on(table.tenantId, table.campaignId, table.id),
    check(
      "launch_approvals_status",
      sql`"status" IN ('open', 'approved', 'returned', 'withdrawn', 'void', 'used')`,
    ),
    check("launch_approvals_second_person", sql`"decided_by" IS NULL OR "decided_by" <> "asked_by"`),
  ],
);
