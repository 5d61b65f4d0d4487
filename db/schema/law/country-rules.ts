import type { RulePart } from "@smscrm/core/law/rule-parts";
import { sql } from "drizzle-orm";
import { bigint, boolean, char, date, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, id } from "../columns.ts";
import { users } from "../users.ts";

/**
 * Append-only: what the platform's operator set in place of the shipped law of a country, for every tenant. In force is
 * the row with the highest revision whose `valid_from` has come.
 */
export const countryRules = pgTable(
  "country_rules",
  {
    id: id(),
    /** One sequence for all countries, without gaps, in the order of commits. A trigger sets it. */
    revision: bigint("revision", { mode: "number" }).notNull().unique(),
    country: char("country", { length: 2 }).notNull(),
    part: text("part").$type<RulePart>().notNull(),
    /** Null: as shipped, from then on. Its shape is that of `core/law/rule-parts.ts`. */
    body: jsonb("body"),
    /** The public page that says so, and when it was last read. */
    source: text("source"),
    checkedOn: date("checked_on"),
    note: text("note"),
    /** Never before the row was written: what was decided stays true. */
    validFrom: at("valid_from").notNull(),
    madeBy: uuid("made_by").references(() => users.id),
    /** Who entered it, as the audit log names them. */
    by: text("by").notNull(),
    createdAt: at("created_at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [index("country_rules_part").on(table.country, table.part, table.revision)],
);

/** The state of all `country_rules` in one row, which each claim compares with what its process remembers. */
export const countryRulesState = pgTable("country_rules_state", {
  single: boolean("single").primaryKey().default(true),
  revision: bigint("revision", { mode: "number" }).notNull().default(0),
  /** Another one after each change: a restored database may give a revision again, and no token. */
  token: uuid("token").notNull().default(sql`gen_random_uuid()`),
});
