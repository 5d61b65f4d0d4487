import { DIMENSIONS, type Dimension, type Figures, sumOf } from "@smscrm/core/reports/figures";
import {
  isDay,
  lengthOf,
  PERIOD_DAYS_MAX,
  PERIODS,
  type Period,
  periodBefore,
  periodOf,
} from "@smscrm/core/reports/period";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { type ReportRow, readCountedAt, readDays, readReportClock, readTable } from "@smscrm/db/reports/read";
import { z } from "zod";
import { badRequest } from "../http/refusals.ts";

const day = z
  .string()
  .max(10, "Write a day as 2026-11-30.")
  .refine(isDay, "This is not a day. Write it as 2026-11-30.");

/** What a report is asked about: its page, its file and its mail. `from` and `to` count for a custom period. */
export const reportInput = {
  period: z.enum(PERIODS).default("30d"),
  from: day.optional(),
  to: day.optional(),
  by: z.enum(DIMENSIONS).default("campaign"),
};
export type ReportAsked = z.output<z.ZodObject<typeof reportInput>>;

/** A report of a period in the tenant's local days. Without the right to see money, all costs are null. */
export interface Report {
  period: Period;
  before: Period;
  today: string;
  zone: string;
  /** Everything that was committed by then is counted; null: nothing is counted yet. */
  countedAt: Date | null;
  totals: ShownFigures;
  totalsBefore: ShownFigures;
  days: (ShownFigures & { day: string })[];
  daysBefore: (ShownFigures & { day: string })[];
  by: Dimension;
  rows: (ShownFigures & { key: string; name: string | null })[];
}

type Money = "costMicros" | "estimatedMicros";
type ShownFigures = Omit<Figures, Money> & Record<Money, number | null>;

/** Returns the asked days, or refuses what is no period. */
function askedPeriod({ period, from, to }: Omit<ReportAsked, "by">, today: string): Period {
  if (period !== "custom") return periodOf(period, today);
  if (!from || !to || from > to)
    throw badRequest("Choose a first day, and a last day that is not before it.");
  const asked = { from, to };
  if (lengthOf(asked) > PERIOD_DAYS_MAX)
    throw badRequest(`A report has at most ${PERIOD_DAYS_MAX} days. Choose a shorter period.`);
  return asked;
}

/** Reads a report. `seesCost`: the member may see money. */
export async function readReport(
  tx: TenantTransaction,
  tenantId: string,
  { by, ...asked }: ReportAsked,
  seesCost: boolean,
): Promise<Report> {
  const { today, zone } = await readReportClock(tx, tenantId);
  const period = askedPeriod(asked, today);
  const before = periodBefore(period);
  const countedAt = await readCountedAt(tx);
  const [days, daysBefore] = [await readDays(tx, tenantId, period), await readDays(tx, tenantId, before)];
  const rows: ReportRow[] = await readTable(tx, tenantId, { period, by });
  const shown = <T extends Figures>(one: T) =>
    seesCost ? one : { ...one, costMicros: null, estimatedMicros: null };
  return {
    ...{ period, before, today, zone, countedAt, by },
    totals: shown(sumOf(days)),
    totalsBefore: shown(sumOf(daysBefore)),
    days: days.map(shown),
    daysBefore: daysBefore.map(shown),
    rows: rows.map(shown),
  };
}
