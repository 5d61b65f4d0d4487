import { localDay } from "@smscrm/core/budget-period";
import type { Registration } from "@smscrm/core/sender-name";
import { warmUpLimit } from "@smscrm/core/warm-up";
import { and, asc, eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { sendingNumbers } from "./schema/index.ts";

export const NUMBER_KINDS = ["long-code", "toll-free", "short-code", "alphanumeric"] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];
export const NUMBER_STATUSES = ["active", "resting", "retired"] as const;
export type NumberStatus = (typeof NUMBER_STATUSES)[number];

/**
 * Which of `sending_numbers` something may be sent from now: not taken out by an operator, not rested by the program, and
 * a name only once it may be used. A piece of SQL.
 */
export const NUMBER_IN_USE = `status = 'active' and (rested_until is null or rested_until <= clock_timestamp())
  and (kind <> 'alphanumeric' or registration in ('registered', 'not-required'))`;

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
  /** Whether anything is sent from it now. */
  inUse: boolean;
  /** Rested by the program until then, and why; null: it is not. */
  restedUntil: Date | null;
  restReason: string | null;
  /** Of a name; null for a number. */
  registration: Registration | null;
  registrationReference: string | null;
  registeredOn: string | null;
}

/** All of a tenant's numbers (a tenant has dozens), with what they sent on its local day. */
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
      sent: sendingNumbers.sentToday,
      inUse: sql<boolean>`${sql.raw(NUMBER_IN_USE)}`,
      restedUntil: sendingNumbers.restedUntil,
      restReason: sendingNumbers.restReason,
      registration: sendingNumbers.registration,
      registrationReference: sendingNumbers.registrationReference,
      registeredOn: sendingNumbers.registeredOn,
      now: sql<string>`clock_timestamp()`,
    })
    .from(sendingNumbers)
    .where(eq(sendingNumbers.tenantId, tenantId))
    .orderBy(asc(sendingNumbers.country), asc(sendingNumbers.id))
    .limit(1_000);
  return rows.map(({ sentOn, sent, now, ...row }) => {
    const at = new Date(now);
    const today = localDay(timezone, at);
    const rests = row.restedUntil !== null && row.restedUntil > at;
    const rest = rests ? {} : { restedUntil: null, restReason: null };
    return {
      ...row,
      ...rest,
      warmUpLimitToday: limitToday(row, today),
      sentToday: sentOn === today ? sent : 0,
    };
  });
}

function limitToday(
  { warmUpSchedule, warmUpStartedOn }: Pick<SendingNumber, "warmUpSchedule" | "warmUpStartedOn">,
  today: string,
): number | null {
  if (warmUpSchedule === null) return null;
  return warmUpLimit(warmUpSchedule, warmUpStartedOn ?? today, today);
}

export interface NewNumber {
  phoneE164: string;
  kind: NumberKind;
  country: string;
  label: string | null;
  segmentsPerSecond: number;
  warmUpStartedOn: string | null;
  warmUpSchedule: number[] | null;
  registration: Registration | null;
}

/** Null where some tenant has this number already: replies to it could not be told apart. */
export async function insertNumber(
  tx: TenantTransaction,
  tenantId: string,
  number: NewNumber,
): Promise<string | null> {
  const [row] = await tx
    .insert(sendingNumbers)
    .values({ ...number, tenantId })
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
    .where(and(eq(sendingNumbers.tenantId, tenantId), eq(sendingNumbers.id, id)))
    .returning({ id: sendingNumbers.id });
  return rows.length > 0;
}

/** Whether it is a number or a name, and where. */
export async function findNumberKind(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<NumberKind | null> {
  const [row] = await tx
    .select({ kind: sql<NumberKind>`${sendingNumbers.kind}` })
    .from(sendingNumbers)
    .where(and(eq(sendingNumbers.tenantId, tenantId), eq(sendingNumbers.id, id)));
  return row?.kind ?? null;
}
