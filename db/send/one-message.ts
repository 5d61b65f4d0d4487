import type { MessagePurpose } from "@smscrm/core/consent/terms";
import type { CampaignKind } from "@smscrm/core/gates/message-facts";
import { sql } from "drizzle-orm";
import { onTenant } from "../campaigns/launch-copy.ts";
import { freezeLinks } from "../links/campaign-links.ts";
import type { TenantTransaction } from "../postgres/connection.ts";

/** A message to one person: a reply, a campaign's test, or a code for a test number. */
export interface OneMessage {
  /** Made by the caller, so that a repeated request sends nothing twice. */
  id: string;
  kind: Exclude<CampaignKind, "campaign" | "flow">;
  name: string;
  body: string;
  smartEncoding: boolean;
  /** Where its short links lead, if its links are shortened. */
  shortenLinksAt?: string | null;
  purpose: MessagePurpose;
  topic: string | null;
  contactId: string;
  createdBy: string;
  /** After this the message is too old to send. */
  expiresInMinutes: number;
  /** Segments of the text, for the dispatcher. */
  segmentsEstimate: number;
  /** The test number that it goes to. */
  testNumberId?: string;
  /** The contact whose values a test has, if not the recipient's own. */
  valuesOf?: string | null;
  /** Whether the owner of the test number asked for it: then it goes in quiet hours too. */
  byOwner?: boolean;
}

/**
 * Queues one message to one person: a campaign with one recipient and its only send job, running from the start. It
 * is dispatched, claimed, gated, paid and settled like any other. Null if the id exists: it was queued before.
 */
export async function insertOneMessage(
  tx: TenantTransaction,
  tenantId: string,
  message: OneMessage,
): Promise<{ sendJobId: string } | null> {
  const audience = JSON.stringify({ kind: "one", contactId: message.contactId });
  const rows = await tx.execute<{ id: string }>(sql`
    with made as (
      insert into campaigns (id, tenant_id, kind, name, body, audience, smart_encoding, shorten_links, purpose, topic, status, audience_count,
        segments_estimate, created_by, launched_by, launched_at, expires_at, test_number_id, values_of, asked_by_owner_at)
      values (${message.id}, ${tenantId}, ${message.kind}, ${message.name}, ${message.body}, ${audience}::jsonb,
        ${message.smartEncoding}, ${message.shortenLinksAt != null}::boolean, ${message.purpose}, ${message.topic}, 'running', 1, ${message.segmentsEstimate}, ${message.createdBy}, ${message.createdBy},
        clock_timestamp(), clock_timestamp() + make_interval(mins => ${message.expiresInMinutes}),
        ${message.testNumberId ?? null}, ${message.valuesOf ?? null},
        case when ${message.byOwner ?? false}::boolean then clock_timestamp() end)
      -- Of either key that has the id: a second insert at the same moment may meet the other one first.
      on conflict do nothing returning id
    )
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    select ${tenantId}, made.id, c.id, c.phone_e164, c.country
    from made join contacts c on c.tenant_id = ${tenantId} and c.id = ${message.contactId}
    returning id`);
  if (!rows[0]) return null;
  if (message.shortenLinksAt != null)
    await freezeLinks(
      onTenant(tx),
      { tenantId, id: message.id, bodies: [message.body] },
      message.shortenLinksAt,
    );
  return { sendJobId: rows[0].id };
}

/** Returns the send job of a message to one person that was queued before, if it is this tenant's. */
export async function findOneMessage(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<{ sendJobId: string } | null> {
  const rows = await tx.execute<{ id: string }>(sql`
    select id from send_jobs where tenant_id = ${tenantId} and campaign_id = ${id} limit 1`);
  return rows[0] ? { sendJobId: rows[0].id } : null;
}
