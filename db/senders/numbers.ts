import type { CarrierRegistration } from "@smscrm/core/campaigns/carrier-registration";
import type { Registration } from "@smscrm/core/campaigns/registration";
import { senderFault } from "@smscrm/core/campaigns/sender-rules";
import type { RuleBook } from "@smscrm/core/law/rule-book";
import { sentOnDay, warmUpLimit } from "@smscrm/core/send/warm-up";
import { localDay } from "@smscrm/core/time/budget-period";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { readRuleBook } from "../law/rule-book.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import { sendingNumbers } from "../schema/index.ts";
import { CARRIER_REGISTRATION, NUMBER_ACTIVE } from "./number-in-use.ts";

export const NUMBER_KINDS = ["long-code", "toll-free", "short-code", "alphanumeric"] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];
export const NUMBER_STATUSES = ["active", "resting", "retired"] as const;
type NumberStatus = (typeof NUMBER_STATUSES)[number];

/**
 * Counts what a number `n` has sent on `u.day`, never backwards (see `sentOnDay`): for `update sending_numbers n set …`.
 * A piece of SQL.
 */
export const COUNT_SENT = `sent_on = greatest(n.sent_on, u.day),
  sent_today = case when n.sent_on >= u.day then n.sent_today else 0 end + u.sent`;

export interface SendingNumber {
  id: string;
  phone: string;
  kind: NumberKind;
  country: string;
  label: string | null;
  status: NumberStatus;
  segmentsPerSecond: number;
  warmUpStartedOn: string | null;
  warmUpSchedule: number[] | null;
  /** Null: no limit. */
  warmUpLimitToday: number | null;
  sentToday: number;
  /** The day that `sentToday` counts for; see `sentOnDay`. */
  sentOn: string | null;
  /** Neither paused nor resting: a claim looks at it. */
  isActive: boolean;
  /** Active, and a name is registered where it must be. */
  inUse: boolean;
  /** The program does not use it until then, and why; null: it does. */
  restedUntil: Date | null;
  restReason: string | null;
  /** For a name; null for a number. */
  registration: Registration | null;
  registrationReference: string | null;
  registeredOn: string | null;
  /** A number's state in the carrier's account; null: not known. */
  carrierRegistration: CarrierRegistration | null;
  /** Why the carrier refused it, in its words. */
  carrierRegistrationReason: string | null;
  /** Since when the carrier has it in this state. */
  carrierRegistrationSince: Date | null;
  carrierRegistrationReadAt: Date | null;
  /** Why it could not be read the last time; null: it was. */
  carrierRegistrationFailure: string | null;
}

/** Lists all numbers of a tenant (it has dozens), with their messages of its local day. */
export async function listNumbers(
  tx: TenantTransaction,
  tenantId: string,
  timezone: string,
): Promise<SendingNumber[]> {
  const rows = await tx
    .select({
      id: sendingNumbers.id,
      phone: sendingNumbers.phoneE164,
      kind: sql<NumberKind>`${sendingNumbers.kind}`,
      country: sendingNumbers.country,
      label: sendingNumbers.label,
      status: sql<NumberStatus>`${sendingNumbers.status}`,
      segmentsPerSecond: sendingNumbers.segmentsPerSecond,
      warmUpStartedOn: sendingNumbers.warmUpStartedOn,
      warmUpSchedule: sendingNumbers.warmUpSchedule,
      sentOn: sendingNumbers.sentOn,
      sentToday: sendingNumbers.sentToday,
      isActive: sql<boolean>`${sql.raw(NUMBER_ACTIVE)}`,
      restedUntil: sendingNumbers.restedUntil,
      restReason: sendingNumbers.restReason,
      registration: sendingNumbers.registration,
      registrationReference: sendingNumbers.registrationReference,
      registeredOn: sendingNumbers.registeredOn,
      carrierRegistration: sql<CarrierRegistration | null>`${sql.raw(CARRIER_REGISTRATION)}`,
      carrierRegistrationReason: sendingNumbers.carrierRegistrationReason,
      carrierRegistrationSince: sendingNumbers.carrierRegistrationSince,
      carrierRegistrationReadAt: sendingNumbers.carrierRegistrationReadAt,
      carrierRegistrationFailure: sendingNumbers.carrierRegistrationFailure,
      now: sql<string>`clock_timestamp()`,
    })
    .from(sendingNumbers)
    .where(and(eq(sendingNumbers.tenantId, tenantId), isNull(sendingNumbers.takenBackAt)))
    .orderBy(asc(sendingNumbers.country), asc(sendingNumbers.id))
    .limit(1_000);
  const book = await readRuleBook(tx);
  return rows.map(({ now, ...row }) => {
    const at = new Date(now);
    const today = localDay(timezone, at);
    const rests = row.restedUntil !== null && row.restedUntil > at;
    const rest = rests ? {} : { restedUntil: null, restReason: null };
    return {
      ...row,
      ...rest,
      inUse: row.isActive && mayBeUsed(row, book),
      warmUpLimitToday: limitToday(row, today),
      sentToday: sentOnDay(row, today),
    };
  });
}

/** Whether some text may go from it. */
const mayBeUsed = (
  {
    phone,
    kind,
    country,
    registration,
    carrierRegistration,
  }: Pick<SendingNumber, "phone" | "kind" | "country" | "registration" | "carrierRegistration">,
  book: RuleBook,
) =>
  senderFault(
    { phoneE164: phone, kind, country, registration, carrierRegistration },
    { ...ANY_TEXT, book },
    country,
  ) === null;
const ANY_TEXT = { purpose: "transactional", offersOptOutMethod: true };

function limitToday(
  { warmUpSchedule, warmUpStartedOn }: Pick<SendingNumber, "warmUpSchedule" | "warmUpStartedOn">,
  today: string,
): number | null {
  if (warmUpSchedule === null) return null;
  return warmUpLimit(warmUpSchedule, warmUpStartedOn ?? today, today);
}

/** A sender name. The platform's operator assigns numbers: see number-assignment.ts. */
export interface NewSenderName {
  /** The name, up to 11 characters. */
  phoneE164: string;
  country: string;
  label: string | null;
  segmentsPerSecond: number;
  warmUpStartedOn: string | null;
  warmUpSchedule: number[] | null;
  registration: Registration;
}

/** Adds a sender name and returns its id, or null if the tenant already has it in that country. */
export async function insertSenderName(
  tx: TenantTransaction,
  tenantId: string,
  name: NewSenderName,
): Promise<string | null> {
  const [row] = await tx
    .insert(sendingNumbers)
    .values({ ...name, kind: "alphanumeric", tenantId })
    .onConflictDoNothing()
    .returning({ id: sendingNumbers.id });
  return row?.id ?? null;
}

export interface NumberChange {
  status?: NumberStatus;
  restedUntil?: null;
  restReason?: null;
  registration?: Registration;
  registrationReference?: string | null;
  registeredOn?: string | null;
  label?: string | null;
  segmentsPerSecond?: number;
  warmUpStartedOn?: string | null;
  warmUpSchedule?: number[] | null;
}

/** A tenant may not change a number that was taken back. */
const ownNumber = (tenantId: string, id: string) =>
  and(eq(sendingNumbers.tenantId, tenantId), eq(sendingNumbers.id, id), isNull(sendingNumbers.takenBackAt));

export async function updateNumber(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  change: NumberChange,
): Promise<boolean> {
  if (Object.keys(change).length === 0) return true;
  const rows = await tx
    .update(sendingNumbers)
    .set(change)
    .where(ownNumber(tenantId, id))
    .returning({ id: sendingNumbers.id });
  return rows.length > 0;
}

/** Returns the kind of a sender, or null if the tenant has none with this id. */
export async function findNumberKind(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<NumberKind | null> {
  const [row] = await tx
    .select({ kind: sql<NumberKind>`${sendingNumbers.kind}` })
    .from(sendingNumbers)
    .where(ownNumber(tenantId, id));
  return row?.kind ?? null;
}

/** Returns a sender's name and country, or null if the tenant has none with this id. */
export async function findSenderName(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<{ phone: string; country: string } | null> {
  const [row] = await tx
    .select({ phone: sendingNumbers.phoneE164, country: sendingNumbers.country })
    .from(sendingNumbers)
    .where(ownNumber(tenantId, id));
  return row ?? null;
}
