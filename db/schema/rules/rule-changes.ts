import type { RulesInForce, SendingRules } from "@smscrm/core/replay/sending-rules";
import type { Tally } from "@smscrm/core/replay/tally";
import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/**
 * The sending rules of a tenant by version, each with the time from which it holds. A trigger on `tenants` writes them,
 * so that no writer can forget one. Rows are never changed.
 */
export const ruleVersions = pgTable(
  "rule_versions",
  {
    tenantId: tenantId().references(() => tenants.id),
    /** `tenants.rules_revision`, which each decision has. */
    revision: integer("revision").notNull(),
    rules: jsonb("rules").$type<RulesInForce>().notNull(),
    fromAt: at("from_at").notNull(),
    /** Null: the platform's operator, or SQL by hand. */
    changedBy: uuid("changed_by"),
    /** The change that was activated; null: saved directly. */
    ruleChangeId: uuid("rule_change_id"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.revision] })],
);

/** waiting · running · done · canceled · timed-out (a country's, which reads every tenant's messages) */
export type ReplayState = "waiting" | "running" | "done" | "canceled" | "timed-out";
/** open · active · withdrawn */
export type RuleChangeStatus = "open" | "active" | "withdrawn";

/**
 * A draft of other sending rules: first replayed over the decisions of the last 30 days, then, until it is activated
 * or withdrawn, over each hour's decisions ("shadow mode"). Nothing is sent differently before the activation.
 */
export const ruleChanges = pgTable(
  "rule_changes",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    /** Counts the steps of people, so that two at once can't both take one. */
    revision: integer("revision").notNull().default(1),
    status: text("status").$type<RuleChangeStatus>().notNull().default("open"),
    note: text("note").notNull(),
    /** The version of the rules that it was drafted and replayed against. */
    baseRevision: integer("base_revision").notNull(),
    before: jsonb("rules_before").$type<SendingRules>().notNull(),
    /** The rules that it changes. */
    after: jsonb("rules_after").$type<Partial<SendingRules>>().notNull(),
    draftedBy: uuid("drafted_by").notNull(),
    createdAt: createdAt(),
    /** The decisions that are replayed: from this time until that. */
    replayFrom: at("replay_from").notNull(),
    replayUntil: at("replay_until").notNull(),
    replayState: text("replay_state").$type<ReplayState>().notNull().default("waiting"),
    replay: jsonb("replay").$type<Tally>(),
    /** The decisions since the draft, so far until `shadowUntil`. */
    shadow: jsonb("shadow").$type<Tally>(),
    shadowUntil: at("shadow_until"),
    /** The end of the hour that is being judged; null: none is. */
    passUntil: at("pass_until"),
    /** Everything up to this message was judged in this pass. */
    cursor: uuid("cursor"),
    scanned: integer("scanned").notNull().default(0),
    toScan: integer("to_scan"),
    /** When the worker continues; null: never. */
    dueAt: at("due_at").defaultNow(),
    leasedBy: uuid("leased_by"),
    decidedBy: uuid("decided_by"),
    decidedAt: at("decided_at"),
    /** Activated by its drafter, because nobody else could. */
    alone: boolean("alone").notNull().default(false),
  },
  (table) => [
    index("rule_changes_newest").on(table.tenantId, table.id),
    index("rule_changes_due").on(table.dueAt).where(sql`due_at is not null`),
  ],
);
