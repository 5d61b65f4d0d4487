import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import type { FlowCause, FlowDefinition, FlowEnd, FlowStatus } from "@smscrm/core/flows/definition";
import type { Op } from "@smscrm/core/flows/program";
import { sql } from "drizzle-orm";
import {
  boolean,
  foreignKey,
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
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** Steps that people go through by themselves, each once. The trigger's columns are those of the version that is on. */
export const flows = pgTable(
  "flows",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    name: text("name").notNull(),
    /** draft · live · paused · stopped. A restore of the database pauses every flow until somebody resumes it. */
    status: text("status").$type<FlowStatus>().notNull().default("draft"),
    /** What is edited. It takes effect as a version. */
    draft: jsonb("draft").$type<FlowDefinition>().notNull(),
    /** The version that people enter; 0: none yet. */
    version: integer("version").notNull().default(0),
    triggerKind: text("trigger_kind"),
    /** The keyword, tag, custom field, event or audience. */
    triggerValue: text("trigger_value"),
    triggerDays: integer("trigger_days"),
    /** For a date: when the next day begins, by the tenant's clock. */
    dateDueAt: at("date_due_at"),
    /** For an audience: when it is looked at next, when it was first looked at, and since which audience. */
    audienceDueAt: at("audience_due_at"),
    audienceSeenAt: at("audience_seen_at"),
    audienceRound: integer("audience_round").notNull().default(0),
    createdBy: uuid("created_by"),
    updatedBy: uuid("updated_by"),
    createdAt: createdAt(),
    updatedAt: at("updated_at").notNull().defaultNow(),
    /** When it was turned on or resumed last. */
    liveAt: at("live_at"),
    /** When everybody had left it after it was stopped. */
    emptiedAt: at("emptied_at"),
  },
  (table) => [
    unique("flows_tenant_id").on(table.tenantId, table.id),
    uniqueIndex("flows_name").on(table.tenantId, sql`lower(name)`).where(sql`status <> 'stopped'`),
    index("flows_triggers")
      .on(table.tenantId, table.triggerKind, table.triggerValue)
      .where(sql`status = 'live'`),
    index("flows_audiences_due")
      .on(table.audienceDueAt)
      .where(sql`status = 'live' and trigger_kind = 'audience'`),
  ],
);

/** A version never changes: people who entered with it finish with it. */
export const flowVersions = pgTable(
  "flow_versions",
  {
    tenantId: tenantId(),
    flowId: uuid("flow_id").notNull(),
    version: integer("version").notNull(),
    definition: jsonb("definition").$type<FlowDefinition>().notNull(),
    /** The steps as a list, with saved audiences in place. */
    ops: jsonb("ops").$type<Op[]>().notNull(),
    /** The campaign of each line that sends. */
    campaigns: jsonb("campaigns").$type<Record<string, string>>().notNull(),
    /** The audience that brings people in, with its name then. */
    audience: jsonb("audience").$type<{ name: string; definition: AudienceGroup }>(),
    createdBy: uuid("created_by"),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.flowId, table.version] }),
    foreignKey({
      name: "flow_versions_flow",
      columns: [table.tenantId, table.flowId],
      foreignColumns: [flows.tenantId, flows.id],
    }),
  ],
);

/** Who is or was in a flow: by number, so that a contact that was deleted and imported again does not enter again. */
export const flowPeople = pgTable(
  "flow_people",
  {
    tenantId: tenantId(),
    flowId: uuid("flow_id").notNull(),
    phoneE164: text("phone_e164").notNull(),
    contactId: uuid("contact_id").notNull(),
    version: integer("version").notNull(),
    cause: jsonb("cause").$type<FlowCause>().notNull(),
    /** The line of the version's list. */
    line: smallint("line").notNull().default(0),
    arrivedAt: at("arrived_at").notNull().defaultNow(),
    dueAt: at("due_at").notNull().defaultNow(),
    /** The campaign of the last message. */
    messageCampaignId: uuid("message_campaign_id"),
    expectsReply: boolean("expects_reply").notNull().default(false),
    repliedAt: at("replied_at"),
    /** The lines that they left, with the times: `[line, at]`. */
    trail: jsonb("trail").$type<[line: number, at: string][]>().notNull().default([]),
    enteredAt: at("entered_at").notNull().defaultNow(),
    endedAt: at("ended_at"),
    endReason: text("end_reason").$type<FlowEnd>(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.flowId, table.phoneE164] }),
    foreignKey({
      name: "flow_people_version",
      columns: [table.tenantId, table.flowId, table.version],
      foreignColumns: [flowVersions.tenantId, flowVersions.flowId, flowVersions.version],
    }),
    index("flow_people_due").on(table.flowId, table.dueAt).where(sql`ended_at is null`),
    index("flow_people_lines").on(table.flowId, table.version, table.line).where(sql`ended_at is null`),
    index("flow_people_newest").on(table.flowId, table.enteredAt, table.phoneE164),
    index("flow_people_person").on(table.tenantId, table.phoneE164).where(sql`ended_at is null`),
    index("flow_people_contact").on(table.contactId).where(sql`ended_at is null`),
  ],
);

/** Who was in the audience of a flow's trigger when it was looked at last. A contact that is gone leaves at the next look. */
export const flowAudienceMembers = pgTable(
  "flow_audience_members",
  {
    tenantId: tenantId(),
    flowId: uuid("flow_id").notNull(),
    /** Another audience is another round. */
    round: integer("round").notNull(),
    contactId: uuid("contact_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.flowId, table.round, table.contactId] }),
    foreignKey({
      name: "flow_audience_members_flow",
      columns: [table.tenantId, table.flowId],
      foreignColumns: [flows.tenantId, flows.id],
    }),
  ],
);

/** Events that the tenant's systems reported, by their own key: reported twice, an event counts once. */
export const flowEvents = pgTable(
  "flow_events",
  {
    tenantId: tenantId().references(() => tenants.id),
    key: text("key").notNull(),
    event: text("event").notNull(),
    contactId: uuid("contact_id").notNull(),
    entered: integer("entered").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.key] }),
    index("flow_events_contact").on(table.contactId),
    index("flow_events_created").using("brin", table.createdAt),
  ],
);
