import { type SQL, sql } from "drizzle-orm";

/**
 * Whether an inbound message `m` is an opt-out that was recorded. One from a sender that is no number, or one that
 * arrived after a later START, is not. A piece of SQL.
 */
export const isRecorded = (tenantId: string): SQL => sql`(m.kind = 'opt-out' and exists (
  select 1 from consents s
  where s.tenant_id = ${tenantId} and s.phone_e164 = substring(m.from_phone from '[^:]*$')
    and s.basis = 'withdrawn' and s.evidence ->> 'messageSid' = m.message_sid))`;
