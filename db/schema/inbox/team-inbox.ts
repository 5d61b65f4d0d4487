import type { RoutingRule } from "@smscrm/core/inbox/routing";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { sql } from "drizzle-orm";
import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** Texts that members put into replies. `version` counts changes, so that two people don't overwrite each other. */
export const savedReplies = pgTable(
  "saved_replies",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    name: text("name").notNull(),
    body: text("body").notNull(),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    updatedBy: uuid("updated_by").notNull(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("saved_replies_name").on(table.tenantId, sql`lower(name)`)],
);

export const teams = pgTable(
  "teams",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    name: text("name").notNull(),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    updatedBy: uuid("updated_by").notNull(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [
    unique("teams_tenant_id").on(table.tenantId, table.id),
    uniqueIndex("teams_name").on(table.tenantId, sql`lower(name)`),
  ],
);

export const teamMembers = pgTable(
  "team_members",
  { tenantId: tenantId(), teamId: uuid("team_id").notNull(), userId: uuid("user_id").notNull() },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.teamId, table.userId] }),
    foreignKey({
      name: "team_members_team",
      columns: [table.tenantId, table.teamId],
      foreignColumns: [teams.tenantId, teams.id],
    }).onDelete("cascade"),
  ],
);

/** Whether a member takes conversations that the routing gives, and when it last gave them one. */
export const inboxMembers = pgTable(
  "inbox_members",
  {
    tenantId: tenantId().references(() => tenants.id),
    userId: uuid("user_id").notNull(),
    isTaking: boolean("is_taking").notNull().default(false),
    turnAt: at("turn_at"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.userId] })],
);

/** How a tenant's inbox works. */
export const inboxSettings = pgTable("inbox_settings", {
  tenantId: uuid("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  version: integer("version").notNull().default(1),
  routing: jsonb("routing").$type<RoutingRule[]>().notNull().default([]),
  /** When the team answers, in the tenant's zone; null: always. */
  workingHours: jsonb("working_hours").$type<WeekSchedule>(),
  outOfHoursAnswer: text("out_of_hours_answer"),
  updatedBy: uuid("updated_by").notNull(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

export const conversationTags = pgTable(
  "conversation_tags",
  {
    tenantId: tenantId().references(() => tenants.id),
    tag: text("tag").notNull(),
    phoneE164: text("phone_e164").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.tag, table.phoneE164] }),
    index("conversation_tags_person").on(table.tenantId, table.phoneE164),
  ],
);

/** Up to which message each member has read a conversation. */
export const conversationReads = pgTable(
  "conversation_reads",
  {
    tenantId: tenantId().references(() => tenants.id),
    phoneE164: text("phone_e164").notNull(),
    userId: uuid("user_id").notNull(),
    readUpTo: uuid("read_up_to").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.phoneE164, table.userId] })],
);

/** The members whom a note names. */
export const noteMentions = pgTable(
  "note_mentions",
  {
    tenantId: tenantId().references(() => tenants.id),
    userId: uuid("user_id").notNull(),
    noteId: uuid("note_id").notNull(),
    phoneE164: text("phone_e164").notNull(),
    seenAt: at("seen_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId, table.noteId] }),
    index("note_mentions_unseen")
      .on(table.tenantId, table.userId, table.phoneE164)
      .where(sql`seen_at is null`),
    index("note_mentions_person").on(table.tenantId, table.phoneE164),
  ],
);

/** How long people waited for the first reply to what they wrote. It names no person. */
export const replyTimes = pgTable(
  "reply_times",
  {
    tenantId: tenantId().references(() => tenants.id),
    /** The reply's campaign. */
    replyId: uuid("reply_id").notNull(),
    userId: uuid("user_id").notNull(),
    teamId: uuid("team_id"),
    /** When the first text came that waited for this reply. */
    askedAt: at("asked_at").notNull(),
    answeredAt: at("answered_at").notNull(),
    clockSeconds: integer("clock_seconds").notNull(),
    workingSeconds: integer("working_seconds").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.replyId] }),
    index("reply_times_answered").on(table.tenantId, table.answeredAt),
  ],
);
