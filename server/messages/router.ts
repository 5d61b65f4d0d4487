import { normalisePhone } from "@smscrm/core/contacts/phone";
import { describeStatus } from "@smscrm/core/explain/explain";
import { messageSentence, recipientZones, type TenantLocation } from "@smscrm/core/explain/message-sentence";
import { type Evidence, GATE_NAMES, type GateName } from "@smscrm/core/gates/gate";
import { describeCarrierError } from "@smscrm/core/send/carrier-outcome";
import type { SendJobStatus } from "@smscrm/core/send/send-job";
import { recordAudit } from "@smscrm/db/audit/audit";
import { findItsText, type ItsText } from "@smscrm/db/campaigns/ab-test/its-text";
import { PEOPLE_MAX, peopleFound } from "@smscrm/db/contacts/search";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import * as db from "@smscrm/db/messages/messages";
import type { Page } from "@smscrm/db/postgres/page";
import { resendUnknown } from "@smscrm/db/send/resend";
import { readSettings } from "@smscrm/db/tenants/settings";
import { z } from "zod";
import { byId, page, rawPhone, zone } from "../http/inputs.ts";
import { messageFilter } from "../http/list-filters.ts";
import { badRequest, conflict, found, notFound, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";

/** A message in a list, with a sentence that explains its status. */
export interface MessageRow
  extends Pick<
    db.SendJobRow,
    | "id"
    | "phone"
    | "contactId"
    | "contactName"
    | "campaignId"
    | "campaignName"
    | "campaignKind"
    | "purpose"
    | "topic"
    | "status"
    | "reason"
    | "notBefore"
    | "sentAt"
    | "finalAt"
    | "createdAt"
    | "priceMicros"
    | "segments"
  > {
  sentence: string;
}

export interface Message extends MessageRow, Pick<db.SendJobRow, "language" | "languageReason"> {
  gate: string | null;
  verdict: db.SendJobRow["verdict"];
  /** Which text of an A/B test it has, and why; null: its campaign has one. */
  itsText: ItsText | null;
  attempts: (db.AttemptRow & { carrierErrorText: string | null })[];
  events: db.CarrierEventRow[];
  gates: { name: GateName; answer: "pass" | "hold" | "drop" | "not asked"; looked: Evidence | null }[];
  zones: string[];
  timezoneSource: db.SendJobRow["timezoneSource"];
}

/** The zone for times in sentences: the reader's, or the tenant's if the page sends none. */
const viewerZone = zone.optional();

const filter = page.extend({ ...messageFilter, phone: rawPhone.optional(), viewerZone });

/** A page of messages. `peopleLimit`: a search found more people than this, and only their messages are listed. */
interface MessagePage extends Page<MessageRow> {
  peopleLimit: number | null;
}

export const messages = router({
  list: allowed("messages.read")
    .input(filter)
    .query(({ ctx, input: { phone: raw, search: text, viewerZone: viewer, ...input } }) =>
      ctx.inTenant(async (tx): Promise<MessagePage> => {
        const tenant = await readSettings(tx, ctx.tenantId);
        const phone = raw === undefined ? undefined : e164(raw, tenant.country);
        const people = text === undefined ? null : await peopleFound(tx, ctx.tenantId, text);
        if (people?.contactIds.length === 0) return { items: [], nextCursor: null, peopleLimit: null };
        const contactIds = people?.contactIds;
        const rows = await db.listSendJobs(tx, ctx.tenantId, { ...input, phone, contactIds });
        const explain = explainer({ ...tenant, book: await readRuleBook(tx) }, viewer ?? tenant.timezone);
        return {
          ...rows,
          items: rows.items.map((row) => ({ ...shown(row), sentence: explain(row) })),
          peopleLimit: people?.more ? PEOPLE_MAX : null,
        };
      }),
    ),

  get: allowed("messages.read")
    .input(byId.extend({ viewerZone }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<Message> => {
        const tenant = await readSettings(tx, ctx.tenantId);
        const row = found(await db.findSendJob(tx, ctx.tenantId, input.id), "message");
        const placed = { ...tenant, book: await readRuleBook(tx) };
        const attempts = await db.listAttempts(tx, ctx.tenantId, row.id);
        return {
          ...shown(row),
          sentence: explainer(placed, input.viewerZone ?? tenant.timezone)(row),
          language: row.language,
          languageReason: row.languageReason,
          gate: row.gate,
          verdict: row.verdict,
          itsText: await findItsText(tx, ctx.tenantId, row.id),
          attempts: attempts.map((attempt) => ({ ...attempt, carrierErrorText: errorText(attempt) })),
          events: await db.listCarrierEvents(tx, ctx.tenantId, row.id),
          gates: gateAnswers(row.verdict),
          zones: [...recipientZones(row, placed)],
          timezoneSource: row.timezoneSource,
        };
      }),
    ),

  resend: allowed("messages.resend")
    .input(byId.extend({ reason: z.string().trim().min(3, "Say why it should be sent again.").max(500) }))
    .mutation(({ ctx, input: { id: messageId, reason } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const resend = await resendUnknown(tx, ctx.tenantId, messageId);
        if (resend.kind === "not-found") throw notFound("message");
        if (resend.kind === "campaign-over") {
          throw unmet("Its campaign has ended. Write a new campaign to text this contact again.");
        }
        if (resend.kind === "known") {
          throw conflict(
            `The outcome is already known: ${describeStatus(resend.status as SendJobStatus, null)}.`,
          );
        }
        const detail = { reason, attemptId: resend.attemptId, attempt: resend.attempt };
        await recordAudit(tx, {
          tenantId: ctx.tenantId,
          actorId: ctx.session.userId,
          action: "message.resend",
          objectKind: "message",
          objectId: messageId,
          detail,
        });
        return { ok: true };
      }),
    ),
});

function e164(raw: string, country: string): string {
  const phone = normalisePhone(raw, country);
  if (phone.ok) return phone.e164;
  throw badRequest("This is not a phone number. Enter it in full, such as 0491 570 006 or +61 491 570 006.");
}

function explainer(tenant: TenantLocation, viewer: string): (row: db.SendJobRow) => string {
  const now = new Date();
  return (row) => messageSentence(row, tenant, viewer, now);
}

const errorText = ({ carrierErrorCode }: db.AttemptRow) =>
  carrierErrorCode === null ? null : describeCarrierError(carrierErrorCode);

function shown(row: db.SendJobRow): Omit<MessageRow, "sentence"> {
  const {
    id: jobId,
    phone,
    contactId,
    contactName,
    campaignId,
    campaignName,
    campaignKind,
    purpose,
    topic,
  } = row;
  const { status, reason } = row;
  const { notBefore, sentAt, finalAt, createdAt, priceMicros, segments } = row;
  return {
    id: jobId,
    phone,
    contactId,
    contactName,
    campaignId,
    campaignName,
    campaignKind,
    purpose,
    topic,
    status,
    reason,
    notBefore,
    sentAt,
    finalAt,
    createdAt,
    priceMicros,
    segments,
  };
}

/** Returns the gates in order. Those before the deciding one passed; those after it were not asked. */
function gateAnswers(verdict: db.SendJobRow["verdict"]): Message["gates"] {
  if (verdict?.kind === "send") return GATE_NAMES.map((name) => ({ name, answer: "pass", looked: null }));
  // A text that can't be sent to anyone is refused before the gates, so no gate decided.
  const decided = verdict ? GATE_NAMES.indexOf(verdict.gate) : -1;
  // A launch asks only for the send time. A page must not say of the others that they let it pass.
  const askedAlone = verdict !== null && "askedAlone" in verdict;
  return GATE_NAMES.map((name, index) => {
    if (verdict && index === decided) return { name, answer: verdict.kind, looked: verdict.looked };
    return { name, answer: index < decided && !askedAlone ? "pass" : "not asked", looked: null };
  });
}
