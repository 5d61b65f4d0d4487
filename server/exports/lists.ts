import { describeStatus } from "@smscrm/core/explain/explain";
import type { Action } from "@smscrm/core/process/roles";
import { costPerReply } from "@smscrm/core/reports/figures";
import { listCampaigns } from "@smscrm/db/campaigns/campaigns";
import { listDoNotContact } from "@smscrm/db/contacts/do-not-contact";
import { listFields } from "@smscrm/db/contacts/fields";
import { listWithDetails } from "@smscrm/db/contacts/person/listed";
import { PEOPLE_MAX, peopleFound } from "@smscrm/db/contacts/search";
import { listImports } from "@smscrm/db/imports/imports";
import { listConversations } from "@smscrm/db/inbox/inbox";
import { listSendJobs } from "@smscrm/db/messages/messages";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import type { Page } from "@smscrm/db/postgres/page";
import { z } from "zod";
import { NO_FIELD_FILTER, storedField } from "../contacts/change-contact.ts";
import type { Cell } from "../http/files/xlsx-file.ts";
import {
  campaignFilter,
  contactFilter,
  conversationFilter,
  doNotContactFilter,
  messageFilter,
} from "../http/list-filters.ts";
import { badRequest, forbidden } from "../http/refusals.ts";
import { readReport, reportInput } from "../reports/report.ts";
import { seesMasked } from "../users/roles/masked-numbers.ts";
import type { Session } from "../users/session.ts";
import { guardRefusal } from "../users/session-guard.ts";

/** A row as it is written, by the headings of its columns. */
type Row = Record<string, Cell | Date | boolean | null>;
type Read = (tx: TenantTransaction, cursor: string | null, limit: number) => Promise<Page<Row>>;

interface List<Filter extends z.ZodRawShape = z.ZodRawShape> {
  name: string;
  /** What a member must be allowed to see, beside taking files out. */
  action: Action;
  filter: z.ZodObject<Filter, z.core.$strict>;
  open: (
    tx: TenantTransaction,
    session: Session,
    filter: z.output<z.ZodObject<Filter, z.core.$strict>>,
  ) => Promise<{ header: readonly string[]; read: Read }>;
}

const list = <Filter extends z.ZodRawShape>(one: List<Filter>) => one;

const contacts = list({
  name: "contacts",
  action: "contacts.read",
  filter: z.strictObject(contactFilter),
  async open(tx, session, filter) {
    const tenantId = session.tenant.id;
    if (filter.field && seesMasked(session)) throw forbidden(NO_FIELD_FILTER);
    const field = await storedField(tx, { tenantId, session }, filter.field);
    const names = (await listFields(tx, tenantId)).map(({ name }) => name);
    const header = [
      ...["phone", "first_name", "last_name", "email", "city", "state", "postcode", "country", "time_zone"],
      ...["tags", "consent", "opted_out", "cannot_receive", "added_at", ...names],
    ];
    return {
      header,
      read: async (tx, cursor, limit) =>
        shown(await listWithDetails(tx, tenantId, { ...filter, field, cursor, limit }), (row) => ({
          // Before the others: a field may have a name of theirs, and then the contact's own is written.
          ...Object.fromEntries(
            names.map((name) => [name, Object.hasOwn(row.custom, name) ? row.custom[name]! : ""]),
          ),
          phone: row.phone,
          first_name: row.firstName,
          last_name: row.lastName,
          email: row.email,
          city: row.city,
          state: row.state,
          postcode: row.postcode,
          country: row.country,
          time_zone: row.timezone,
          tags: row.tags.join(", "),
          consent: row.consentBasis,
          opted_out: row.optedOut,
          cannot_receive: row.invalidReason,
          added_at: row.createdAt,
        })),
    };
  },
});

const messages = list({
  name: "messages",
  action: "messages.read",
  filter: z.strictObject(messageFilter),
  async open(tx, { tenant: { id: tenantId } }, { search, ...filter }) {
    const people = search ? await peopleFound(tx, tenantId, search) : undefined;
    if (people?.more) throw badRequest(TOO_MANY_PEOPLE);
    const contactIds = people?.contactIds;
    const header = [
      ...["phone", "name", "campaign", "purpose", "topic", "status", "reason", "in_words"],
      ...["carrier_error_code", "segments", "price", "queued_at", "sent_at", "final_at"],
    ];
    const none = contactIds?.length === 0;
    return {
      header,
      read: async (tx, cursor, limit) =>
        shown(
          none ? NOTHING : await listSendJobs(tx, tenantId, { ...filter, contactIds, cursor, limit }),
          (row) => ({
            phone: row.phone,
            name: row.contactName,
            campaign: row.campaignName,
            purpose: row.purpose,
            topic: row.topic,
            status: row.status,
            reason: row.reason,
            in_words: describeStatus(row.status, row.reason),
            carrier_error_code: row.carrierErrorCode,
            segments: row.segments,
            price: row.priceMicros === null ? null : row.priceMicros / 1_000_000,
            queued_at: row.createdAt,
            sent_at: row.sentAt,
            final_at: row.finalAt,
          }),
        ),
    };
  },
});

const doNotContact = list({
  name: "do not contact",
  action: "doNotContact.read",
  filter: z.strictObject(doNotContactFilter),
  open: async (_, { tenant }, filter) => ({
    header: ["phone", "source", "reason", "added_by", "added_at"],
    read: async (tx, cursor, limit) =>
      shown(await listDoNotContact(tx, tenant.id, { ...filter, cursor, limit }), (row) => ({
        phone: row.phone,
        source: row.source,
        reason: row.note,
        added_by: row.createdBy,
        added_at: row.createdAt,
      })),
  }),
});

const conversations = list({
  name: "conversations",
  action: "inbox.read",
  filter: z.strictObject(conversationFilter),
  open: async (_, { tenant, userId }, filter) => ({
    header: [
      ...["phone", "name", "last_message", "last_at", "campaign", "unread", "possible_opt_outs"],
      ...["open", "answered", "assigned_to", "opted_out", "team", "tags", "snoozed_until"],
    ],
    read: async (tx, cursor, limit) =>
      shown(
        await listConversations(tx, { tenantId: tenant.id, userId }, { ...filter, cursor, limit }),
        (row) => ({
          phone: row.phone,
          name: row.contactName,
          last_message: row.lastBody,
          last_at: row.lastAt,
          campaign: row.campaign?.name ?? null,
          unread: row.unread,
          possible_opt_outs: row.undecided,
          open: row.isOpen,
          answered: row.answered,
          assigned_to: row.assignee?.name ?? null,
          opted_out: row.optedOut,
          team: row.team?.name ?? null,
          tags: row.tags.join(", "),
          snoozed_until: row.snoozedUntil,
        }),
      ),
  }),
});

const campaigns = list({
  name: "campaigns",
  action: "campaigns.read",
  filter: z.strictObject(campaignFilter),
  open: async (_, { tenant }, filter) => ({
    header: [
      ...["name", "status", "contacts", "sent", "delivered", "failed", "waiting", "spent"],
      ...["created_at", "scheduled_at", "launched_at", "completed_at"],
    ],
    read: async (tx, cursor, limit) =>
      shown(await listCampaigns(tx, tenant.id, { ...filter, cursor, limit }), (row) => ({
        name: row.name,
        status: row.status,
        contacts: row.audienceCount,
        sent: row.sent,
        delivered: row.delivered,
        failed: row.failed,
        waiting: row.waiting,
        spent: row.spentMicros / 1_000_000,
        created_at: row.createdAt,
        scheduled_at: row.scheduledAt,
        launched_at: row.launchedAt,
        completed_at: row.completedAt,
      })),
  }),
});

const imports = list({
  name: "imports",
  action: "contacts.read",
  filter: z.strictObject({}),
  open: async (_, { tenant }) => ({
    header: ["file", "status", "created", "updated", "unchanged", "rejected", "uploaded_at", "uploaded_by"],
    read: async (tx, cursor, limit) =>
      shown(await listImports(tx, tenant.id, { cursor, limit }), (row) => ({
        file: row.fileName,
        status: row.status,
        created: row.created,
        updated: row.updated,
        unchanged: row.unchanged,
        rejected: row.rejected,
        uploaded_at: row.createdAt,
        uploaded_by: row.createdBy,
      })),
  }),
});

const report = list({
  name: "report",
  action: "campaigns.read",
  filter: z.strictObject(reportInput),
  async open(tx, session, filter) {
    const seesCost = guardRefusal(session, "settings.read") === null;
    const { rows, by } = await readReport(tx, session.tenant.id, filter, seesCost);
    const money = (micros: number | null) => (micros === null ? null : micros / 1_000_000);
    return {
      header: [
        ...[
          by,
          "name",
          "sent",
          "delivered",
          "failed",
          "open",
          "not_sent",
          "replied",
          "opted_out",
          "clicked",
          "segments",
        ],
        ...(seesCost ? ["cost", "of_it_estimated", "cost_per_reply"] : []),
      ],
      // At most 500 rows, so they are read once.
      read: async () => ({
        items: rows.map((row) => ({
          [by]: row.key,
          ...{ name: row.name, sent: row.sent, delivered: row.delivered, failed: row.failed, open: row.open },
          ...{ not_sent: row.notSent, replied: row.replied, opted_out: row.optedOut, clicked: row.clicked },
          segments: row.segments,
          cost: money(row.costMicros),
          of_it_estimated: money(row.estimatedMicros),
          cost_per_reply:
            row.costMicros === null ? null : money(costPerReply({ ...row, costMicros: row.costMicros })),
        })),
        nextCursor: null,
      }),
    };
  },
});

/** Every list that has no file of its own kind. Files of one audience, campaign or import are beside their pages. */
export const LISTS = {
  contacts,
  messages,
  "do-not-contact": doNotContact,
  conversations,
  campaigns,
  imports,
  report,
};
export type ListName = keyof typeof LISTS;

/** Opens a list with a filter that its own schema has read. */
export const openList = (
  tx: TenantTransaction,
  session: Session,
  name: ListName,
  filter: object | undefined,
) => LISTS[name].open(tx, session, (filter ?? LISTS[name].filter.parse({})) as never);

const TOO_MANY_PEOPLE = `More than ${PEOPLE_MAX} people match this search. Type more of the name or number, then export again.`;

const NOTHING = { items: [], nextCursor: null };

function shown<T>({ items, nextCursor }: Page<T>, row: (item: T) => Row): Page<Row> {
  return { items: items.map(row), nextCursor };
}
