import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "./columns.ts";
import { teams } from "./inbox/team-inbox.ts";
import { tenants } from "./tenants.ts";
import { users } from "./users.ts";

/**
 * One row per person who ever wrote, maintained by triggers on inbound_messages. A list of conversations reads only
 * the rows that it shows.
 */
export const conversations = pgTable(
  "conversations",
  {
    tenantId: tenantId(),
    phoneE164: text("phone_e164").notNull(),
    lastInboundId: uuid("last_inbound_id").notNull(),
    /** The campaign that the last message most likely answers. */
    campaignId: uuid("campaign_id"),
    /** Messages that are neither read nor handled by the program. */
    unread: integer("unread").notNull(),
    /** Possible opt-outs that nobody has decided. */
    undecided: integer("undecided").notNull(),
    /** The last message that waits for a person; what the program handled itself does not. */
    lastWaitingId: uuid("last_waiting_id"),
    /** A member closed it up to this message. A newer one that waits opens it again. */
    closedUpTo: uuid("closed_up_to"),
    /** The member who takes care of it. */
    assigneeId: uuid("assignee_id"),
    /** The kind of the last message. */
    lastKind: text("last_kind"),
    /** Read by every member up to this message, from versions in which all of them shared that. */
    readByAllUpTo: uuid("read_by_all_up_to"),
    teamId: uuid("team_id"),
    /** Until then it waits for nobody. A worker, or a text of the person, ends it: then this is null again. */
    snoozedUntil: at("snoozed_until"),
    /** A worker must still apply the tenant's routing rules. */
    needsRouting: boolean("needs_routing").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.phoneE164] }),
    index("conversations_newest").on(table.tenantId, sql`(unread > 0)`, table.lastInboundId),
    index("conversations_unread").on(table.tenantId, table.lastInboundId).where(sql`unread > 0`),
    index("conversations_undecided").on(table.tenantId, table.lastInboundId).where(sql`undecided > 0`),
    index("conversations_open")
      .on(table.tenantId, sql`(unread > 0)`, table.lastInboundId)
      .where(
        sql`last_waiting_id > coalesce(closed_up_to, '00000000-0000-0000-0000-000000000000') and snoozed_until is null`,
      ),
    index("conversations_assigned")
      .on(table.tenantId, table.assigneeId, sql`(unread > 0)`, table.lastInboundId)
      .where(
        sql`last_waiting_id > coalesce(closed_up_to, '00000000-0000-0000-0000-000000000000') and snoozed_until is null`,
      ),
    index("conversations_by_assignee")
      .on(table.tenantId, sql`(assignee_id::text)`, sql`(unread > 0)`, table.lastInboundId)
      .where(sql`assignee_id is not null`),
    index("conversations_by_team")
      .on(table.tenantId, table.teamId, sql`(unread > 0)`, table.lastInboundId)
      .where(sql`team_id is not null`),
    index("conversations_snoozed").on(table.snoozedUntil).where(sql`snoozed_until is not null`),
    index("conversations_to_route").on(table.tenantId, table.lastInboundId).where(sql`needs_routing`),
    foreignKey({
      name: "conversations_team",
      columns: [table.tenantId, table.teamId],
      foreignColumns: [teams.tenantId, teams.id],
    }),
    foreignKey({
      ...{ name: "conversations_assignee", columns: [table.assigneeId], foreignColumns: [users.id] },
    }),
  ],
);

/** What members write to each other about a person. It is never sent. */
export const conversationNotes = pgTable(
  "conversation_notes",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    phoneE164: text("phone_e164").notNull(),
    authorId: uuid("author_id")
      .notNull()
      .references(() => users.id),
    body: text("body").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index("conversation_notes_newest").on(table.tenantId, table.phoneE164, table.id),
    index("conversation_notes_parts").using("gin", sql`text_parts(tenant_id, body)`),
  ],
);
