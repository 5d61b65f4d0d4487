import { sql } from "drizzle-orm";
import { BASIS_WITHOUT_CONSENT } from "../contacts/opt-outs.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";

/** A number on which a member gets tests of campaigns. */
export interface TestNumber {
  id: string;
  userId: string;
  /** The member's name. */
  owner: string;
  phone: string;
  /** Null: its code was not typed yet. */
  verifiedAt: Date | null;
}

/** How long a code counts, and for how many guesses. */
export const CODE_MINUTES = 10;
const GUESSES_MAX = 5;
/** Per number and day (UTC), also where it is removed and added again. */
const CODES_PER_DAY = 3;
const TESTS_PER_DAY = 100;
/** Per member: numbers they have, and numbers that they had codes sent to on a day. */
export const NUMBERS_PER_MEMBER = 3;

const TODAY = sql`(clock_timestamp() at time zone 'UTC')::date`;

/** Lists the organisation's test numbers, by member. */
export async function listTestNumbers(tx: TenantTransaction, tenantId: string): Promise<TestNumber[]> {
  const rows = await tx.execute<Omit<TestNumber, "verifiedAt"> & { verifiedAt: string | null }>(sql`
    select n.id, n.user_id as "userId", u.name as owner, n.phone_e164 as phone, n.verified_at as "verifiedAt"
    from test_numbers n join users u on u.id = n.user_id
    where n.tenant_id = ${tenantId} and n.removed_at is null order by u.name, n.id limit 200`);
  return [...rows].map((row) => ({ ...row, verifiedAt: row.verifiedAt ? new Date(row.verifiedAt) : null }));
}

export type CodeRefusal = "another-member" | "verified" | "too-many-codes" | "too-many-numbers" | "ours";

/**
 * Notes a code for a member's number, and returns the row, with the contact that the code's message goes to. A number that
 * somebody else has verified stays theirs.
 */
export async function noteTestCode(
  tx: TenantTransaction,
  tenantId: string,
  {
    userId,
    phone,
    country,
    lineType,
    code,
  }: {
    userId: string;
    phone: string;
    country: string | null;
    lineType: string | null;
    code: string;
  },
): Promise<{ ok: true; id: string; contactId: string } | { ok: false; why: CodeRefusal }> {
  // Two requests at once are counted one after another.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.testNumbers + tenantId}, 0))`,
  );
  const [known] = await tx.execute<{
    isOurs: boolean;
    ofAnother: boolean;
    isVerified: boolean;
    codesToday: number;
    others: number;
  }>(sql`
    select
      exists (select 1 from sending_numbers s where s.tenant_id = ${tenantId} and s.phone_e164 = ${phone}) as "isOurs",
      coalesce(n.verified_at is not null and n.removed_at is null and n.user_id <> ${userId}, false) as "ofAnother",
      coalesce(n.verified_at is not null and n.removed_at is null, false) as "isVerified",
      case when n.counted_on = ${TODAY} then n.codes_sent else 0 end as "codesToday",
      (select count(*)::int from test_numbers o where o.tenant_id = ${tenantId} and o.user_id = ${userId}
        and o.phone_e164 <> ${phone} and (o.removed_at is null or o.counted_on = ${TODAY})) as others
    from (select 1) one left join test_numbers n on n.tenant_id = ${tenantId} and n.phone_e164 = ${phone}`);
  const why = refusalOf(known!);
  if (why) return { ok: false, why };
  // A person who opted out stays opted out, even if the contact is only made now. Without consent no campaign reaches it.
  await tx.execute(sql`
    insert into contacts (tenant_id, phone_e164, country, line_type, consent_basis)
    select tenant_id, phone, ${country}, ${lineType}, ${sql.raw(BASIS_WITHOUT_CONSENT)}
    from (select ${tenantId}::uuid as tenant_id, ${phone}::text as phone) n
    on conflict (tenant_id, phone_e164) do nothing`);
  const [row] = await tx.execute<{ id: string; contactId: string }>(sql`
    insert into test_numbers as n (tenant_id, user_id, phone_e164, contact_id, code, code_expires_at, counted_on, codes_sent)
    select ${tenantId}, ${userId}, c.phone_e164, c.id, ${code},
      clock_timestamp() + make_interval(mins => ${CODE_MINUTES}), ${TODAY}, 1
    from contacts c where c.tenant_id = ${tenantId} and c.phone_e164 = ${phone}
    on conflict (tenant_id, phone_e164) do update set user_id = excluded.user_id, contact_id = excluded.contact_id,
      code = excluded.code, code_expires_at = excluded.code_expires_at, code_guesses = 0, removed_at = null,
      verified_at = null, counted_on = excluded.counted_on, codes_sent = ${known!.codesToday} + 1,
      tests_sent = case when n.counted_on = excluded.counted_on then n.tests_sent else 0 end
    returning id, contact_id as "contactId"`);
  return { ok: true, ...row! };
}

function refusalOf(known: {
  isOurs: boolean;
  ofAnother: boolean;
  isVerified: boolean;
  codesToday: number;
  others: number;
}): CodeRefusal | null {
  if (known.isOurs) return "ours";
  if (known.ofAnother) return "another-member";
  if (known.isVerified) return "verified";
  if (known.codesToday >= CODES_PER_DAY) return "too-many-codes";
  return known.others >= NUMBERS_PER_MEMBER ? "too-many-numbers" : null;
}

/** Verifies a member's own number by the code that was texted to it. Each guess counts; after five the code is void. */
export async function confirmTestNumber(
  tx: TenantTransaction,
  tenantId: string,
  { id, userId, code }: { id: string; userId: string; code: string },
): Promise<"verified" | "wrong" | "void" | "not-found"> {
  const [row] = await tx.execute<{ isOpen: boolean; isRight: boolean }>(sql`
    update test_numbers set code_guesses = code_guesses + 1
    where tenant_id = ${tenantId} and id = ${id} and user_id = ${userId} and removed_at is null
    returning coalesce(code is not null and code_expires_at > clock_timestamp() and code_guesses <= ${GUESSES_MAX}, false)
      as "isOpen", coalesce(code = ${code}, false) as "isRight"`);
  if (!row) return "not-found";
  if (!row.isOpen) return "void";
  if (!row.isRight) return "wrong";
  await tx.execute(sql`
    update test_numbers set verified_at = clock_timestamp(), code = null, code_expires_at = null
    where tenant_id = ${tenantId} and id = ${id}`);
  return "verified";
}

/** Removes a test number: a member's own, or of anybody with `userId` null. Returns its number; null if there is none. */
export async function removeTestNumber(
  tx: TenantTransaction,
  tenantId: string,
  { id, userId }: { id: string; userId: string | null },
): Promise<string | null> {
  const [row] = await tx.execute<{ phone: string }>(sql`
    update test_numbers set removed_at = clock_timestamp(), verified_at = null, code = null, code_expires_at = null
    where tenant_id = ${tenantId} and id = ${id} and removed_at is null
      and ${userId === null ? sql`true` : sql`user_id = ${userId}`}
    returning phone_e164 as phone`);
  return row?.phone ?? null;
}

/** Counts a test for a verified number. Returns its contact and member, or why no test goes to it. */
export async function reserveTest(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<{ contactId: string; userId: string } | "not-verified" | "too-many"> {
  const [row] = await tx.execute<{ contactId: string; userId: string; tests: number }>(sql`
    update test_numbers set counted_on = ${TODAY},
      tests_sent = case when counted_on = ${TODAY} then least(tests_sent, ${TESTS_PER_DAY}) else 0 end + 1,
      codes_sent = case when counted_on = ${TODAY} then codes_sent else 0 end
    where tenant_id = ${tenantId} and id = ${id} and verified_at is not null and removed_at is null
    returning contact_id as "contactId", user_id as "userId", tests_sent as tests`);
  if (!row) return "not-verified";
  return row.tests > TESTS_PER_DAY ? "too-many" : { contactId: row.contactId, userId: row.userId };
}
