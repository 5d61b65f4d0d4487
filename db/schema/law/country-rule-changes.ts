import type { RulePart } from "@smscrm/core/law/rule-parts";
import type { LawTally } from "@smscrm/core/replay/law-replay";
import { sql } from "drizzle-orm";
import { bigint, boolean, char, date, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id } from "../columns.ts";
import type { ReplayState, RuleChangeStatus } from "../rules/rule-changes.ts";
import { users } from "../users.ts";

/**
 * A draft of another rule of a country, for every tenant: first replayed over the decisions of the last 30 days, then in
 * shadow mode, like a tenant's own `rule_changes`. Its results are figures: no person, message or campaign is in them.
 */
export const countryRuleChanges = pgTable(
  "country_rule_changes",
  {
    id: id(),
    /** Counts the steps of people, so that two at once can't both take one. */
    revision: integer("revision").notNull().default(1),
    status: text("status").$type<RuleChangeStatus>().notNull().default("open"),
    country: char("country", { length: 2 }).notNull(),
    part: text("part").$type<RulePart>().notNull(),
    /** As in `country_rules`. Null: as shipped. */
    body: jsonb("body"),
    source: text("source"),
    checkedOn: date("checked_on"),
    note: text("note"),
    /** Null: from its activation on. */
    validFrom: at("valid_from"),
    /** The country's last revision that it was drafted and replayed against; 0: none. */
    baseRevision: bigint("base_revision", { mode: "number" }).notNull(),
    draftedBy: uuid("drafted_by")
      .notNull()
      .references(() => users.id),
    /** Who drafted it, as the audit log names them. */
    by: text("by").notNull(),
    createdAt: createdAt(),
    replayFrom: at("replay_from").notNull(),
    replayUntil: at("replay_until").notNull(),
    replayState: text("replay_state").$type<ReplayState>().notNull().default("waiting"),
    /** When the replay began; a replay has a time limit. */
    startedAt: at("started_at"),
    replay: jsonb("replay").$type<LawTally>(),
    shadow: jsonb("shadow").$type<LawTally>(),
    shadowUntil: at("shadow_until"),
    passUntil: at("pass_until"),
    /** Everything up to this message, of whatever tenant, was judged in this pass. */
    cursor: uuid("cursor"),
    scanned: bigint("scanned", { mode: "number" }).notNull().default(0),
    toScan: bigint("to_scan", { mode: "number" }),
    dueAt: at("due_at").defaultNow(),
    leasedBy: uuid("leased_by"),
    decidedBy: text("decided_by"),
    decidedAt: at("decided_at"),
    /** Activated by its drafter, because the platform has no other operator. */
    alone: boolean("alone").notNull().default(false),
  },
  (table) => [
    index("country_rule_changes_country").on(table.country, table.id),
    index("country_rule_changes_due").on(table.dueAt).where(sql`due_at is not null`),
  ],
);
