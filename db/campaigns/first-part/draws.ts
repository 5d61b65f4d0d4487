import { WAITING_FROM_MS } from "@smscrm/core/campaigns/first-part/first-part";
import { type SQL, sql } from "drizzle-orm";

/**
 * The draw of a contact in a campaign: 31 bits of a hash of both ids, which the database makes. So nobody can choose who
 * goes first, and a launch that is killed and continued gives the same.
 */
export const drawOf = (campaignId: string, contactId: SQL): SQL =>
  sql`(('x' || encode(substr(sha256(convert_to(${campaignId}::text || ' ' || ${contactId}::text, 'UTF8')), 1, 4), 'hex'))::bit(32)::int & 2147483647)`;

/** As text: the earliest due time of a message that waits for the first part. */
export const WAITING_FROM = new Date(WAITING_FROM_MS).toISOString();

/**
 * The text of a contact in an A/B test, from 1: another hash of both ids, so that it says nothing about the draw. Each text
 * has the same share but for chance, and nobody can choose who gets which. A launch that is killed and continued gives the same.
 */
export const variantOf = (campaignId: string | SQL, contactId: SQL, variants: number | SQL): SQL =>
  sql`(1 + (('x' || encode(substr(sha256(convert_to('text ' || ${campaignId}::text || ' ' || ${contactId}::text, 'UTF8')), 1, 4), 'hex'))::bit(32)::int & 2147483647) % ${variants}::int)::smallint`;
