import type { ConsentBasis } from "@smscrm/core/consent/terms";
import type { ZoneSource } from "@smscrm/core/time/time-zone";
import { sql } from "drizzle-orm";
import {
  char,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "./columns.ts";
import { tenants } from "./tenants.ts";

/** Sorted by its bytes, as `text_pattern_ops` sorts: then its index gives names in that order. */
const textByBytes = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

export const contacts = pgTable(
  "contacts",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    phoneE164: text("phone_e164").notNull(),
    /** For searches by the end of a number. */
    phoneReversed: text("phone_reversed").generatedAlwaysAs(sql`reverse(phone_e164)`),
    country: char("country", { length: 2 }),
    lineType: text("line_type"),
    firstName: text("first_name"),
    lastName: text("last_name"),
    /**
     * For searches by name: without case, accents and invisible marks (`fold_name` in migration 0031). Columns, not an
     * index over the function: under row-level security PostgreSQL only trusts an index with conditions that can't
     * leak, and functions of ours are not on that list.
     */
    firstNameFolded: text("first_name_lower").generatedAlwaysAs(sql`fold_name(first_name)`),
    lastNameFolded: text("last_name_lower").generatedAlwaysAs(sql`fold_name(last_name)`),
    email: text("email"),
    city: text("city"),
    state: text("state"),
    postcode: text("postcode"),
    /** The address's country, where it is not the number's. The person may be in either. */
    addressCountry: char("address_country", { length: 2 }),
    /**
     * Values of the tenant's own fields by name, each in the one form of its type (core/fields/value.ts) or as it was
     * before the field had one. All are text, so that a field can get another type without a rewrite.
     */
    custom: jsonb("custom").$type<Record<string, string>>().notNull().default({}),
    tags: text("tags").array().notNull().default(sql`'{}'::text[]`),
    /** The stated or derived zone; `timezoneSource` says which. */
    timezone: text("timezone"),
    timezoneSource: text("timezone_source").$type<ZoneSource>().notNull().default("unknown"),
    /** The strongest of `consents` in force, copied here because lists and counts need it. */
    consentBasis: text("consent_basis").$type<ConsentBasis>().notNull().default("unknown"),
    consentAt: at("consent_at"),
    consentExpiresAt: at("consent_expires_at"),
    /**
     * Every consent in force and every refused subject, as the gates read them (core/consent/summary.ts): a claim must
     * not look up `consents` for each message. Null: nothing on record but the basis.
     */
    consentSummary: jsonb("consent_summary"),
    /** Set when the carrier reported that the number does not work. */
    invalidReason: text("invalid_reason"),
    /**
     * When `invalidReason` ends, for a number that was only unreachable; null: when an operator clears it or the
     * person writes.
     */
    invalidUntil: at("invalid_until"),
    /** The number of days with failures, as of the last failure. */
    strikes: smallint("strikes").notNull().default(0),
    lastImportId: uuid("last_import_id"),
    /**
     * The contact that this one was merged into: the same person, with another number that is preferred. Such a row has
     * what is about its number alone, is in no list or audience, and gets no campaign. The other contact has no such value
     * itself.
     */
    mergedInto: uuid("merged_into"),
    createdAt: createdAt(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("contacts_tenant_phone").on(table.tenantId, table.phoneE164),
    unique("contacts_tenant_id").on(table.tenantId, table.id),
    index("contacts_tags").using("gin", table.tags),
    index("contacts_names").on(
      table.tenantId,
      table.firstNameFolded.op("text_pattern_ops"),
      table.lastNameFolded.op("text_pattern_ops"),
      table.id,
    ),
    index("contacts_last_name").on(table.tenantId, table.lastNameFolded.op("text_pattern_ops"), table.id),
    index("contacts_merged").on(table.tenantId, table.mergedInto).where(sql`merged_into is not null`),
    index("contacts_phone_end").on(table.tenantId, table.phoneReversed.op("text_pattern_ops"), table.id),
  ],
);

/**
 * What a search for a part is looked up in: the first names of a tenant's contacts, their last names (both folded, as in
 * `contacts`), and their numbers without the last four digits, each once. Triggers on contacts maintain it.
 */
export const contactSearchParts = pgTable(
  "contact_search_parts",
  {
    tenantId: tenantId().references(() => tenants.id),
    kind: text("kind").$type<"first" | "last" | "number">().notNull(),
    part: textByBytes("part").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.kind, table.part] })],
);

/**
 * The number of a tenant's contacts by tag. Triggers on contacts maintain it, so that no writer can forget it: a
 * count of a million contacts takes 250 ms. The row with tag '' counts all contacts. `shard` spreads the writers;
 * readers sum the shards.
 */
export const contactCounters = pgTable(
  "contact_counters",
  {
    tenantId: tenantId().references(() => tenants.id),
    tag: text("tag").notNull(),
    shard: smallint("shard").notNull(),
    contacts: integer("contacts").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.tag, table.shard] })],
);

/** Keyed by number, not by contact, so that it survives deletion and re-import. An operator may write here by SQL. */
export const doNotContact = pgTable(
  "do_not_contact",
  {
    tenantId: tenantId().references(() => tenants.id),
    phoneE164: text("phone_e164").notNull(),
    /** reply · operator · import · carrier · sql */
    source: text("source").notNull().default("sql"),
    note: text("note"),
    createdBy: uuid("created_by"),
    createdAt: createdAt(),
    /** The import that added it. */
    importId: uuid("import_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.phoneE164] }),
    index("do_not_contact_newest").on(table.tenantId, table.createdAt, table.phoneE164),
  ],
);
