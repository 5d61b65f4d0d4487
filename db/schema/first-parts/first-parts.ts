import type { AbFigures } from "@smscrm/core/campaigns/ab-test/ab-test";
import type { Baseline, PartFigures } from "@smscrm/core/campaigns/first-part/canary";
import type { FirstPartState, FirstPartStep } from "@smscrm/core/campaigns/first-part/first-part";
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
  uuid,
} from "drizzle-orm/pg-core";
import { campaigns } from "../campaigns.ts";
import { at, tenantId } from "../columns.ts";

/**
 * The first part of a launched campaign: who goes first, how it is watched, and what was decided from which figures. One row
 * for each step of a campaign. `campaigns.open_draws` alone says who may go.
 */
export const firstParts = pgTable(
  "first_parts",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    step: text("step").$type<FirstPartStep>().notNull(),
    state: text("state").$type<FirstPartState>().notNull(),
    /** How many it is, and how many wait for it. */
    size: integer("size").notNull(),
    rest: integer("rest").notNull(),
    /** The last draw that belongs to it. */
    upToDraw: integer("up_to_draw").notNull(),
    /** How long it is watched, from `sent_at`. */
    watchMinutes: integer("watch_minutes").notNull(),
    /** Where its messages have not gone by then, a person decides. */
    sendBy: at("send_by").notNull(),
    /** When the last of its messages had gone. */
    sentAt: at("sent_at"),
    decideAt: at("decide_at"),
    decidedAt: at("decided_at"),
    /** Null: it went on by itself, or nobody has decided. */
    decidedBy: uuid("decided_by"),
    figures: jsonb("figures").$type<PartFigures>(),
    baseline: jsonb("baseline").$type<Baseline>(),
    /** Of an A/B test: what was counted about each text, and when. */
    variants: jsonb("variants").$type<AbFigures>(),
    /** What was seen and why it goes on or is held. */
    sentence: text("sentence"),
    /** When a worker looks at it next; null: there is nothing to do. */
    nextAt: at("next_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.campaignId, table.step] }),
    foreignKey({
      name: "first_parts_campaign",
      columns: [table.tenantId, table.campaignId],
      foreignColumns: [campaigns.tenantId, campaigns.id],
    }).onDelete("cascade"),
    index("first_parts_due").on(table.nextAt).where(sql`next_at is not null`),
    index("first_parts_held").on(table.tenantId).where(sql`state = 'held'`),
    check("first_parts_step", sql`"step" IN ('canary', 'test')`),
    check("first_parts_state", sql`"state" IN ('waiting', 'sending', 'watching', 'held', 'open', 'over')`),
  ],
);
