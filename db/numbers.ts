import { localDay } from "@smscrm/core/budget-period";
import { warmUpLimit } from "@smscrm/core/warm-up";
import { and, asc, eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { sendingNumbers } from "./schema/index.ts";

export const NUMBER_KINDS = ["long-code", "toll-free", "short-code", "alphanumeric"] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];
export const NUMBER_STATUSES = ["active", "resting", "retired"] as const;
export type NumberStatus = (typeof NUMBER_STATUSES)[number];

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
      now: sql<string>`clock_timestamp()`,
    })
    .from(sendingNumbers)
    .where(eq(sendingNumbers.tenantId, tenantId))
    .orderBy(asc(sendingNumbers.country), asc(sendingNumbers.id))
    .limit(1_000);
  return rows.map(({ sentOn, sent, now, ...row }) => {
    const today = localDay(timezone, new Date(now));
    return { ...row, warmUpLimitToday: limitToday(row, today), sentToday: sentOn === today ? sent : 0 };
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
