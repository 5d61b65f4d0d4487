import type { Candidate } from "@smscrm/core/gates/message-facts";
import { sql } from "drizzle-orm";
import { compileFor } from "../audiences/members.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { Audience } from "../schema/campaigns.ts";
import { CANDIDATE_JOINS, type CandidateRow, candidateColumnsFor } from "./candidates.ts";

/**
 * Yields an audience in pages with the same columns and joins as the claim. This driver returns dates as text, so
 * they are parsed here. `mergeFields`: the template's merge fields.
 */
export async function* audiencePages(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
  mergeFields: readonly string[],
  pageSize = 2_000,
): AsyncGenerator<Candidate[]> {
  const columns = sql.raw(candidateColumnsFor(mergeFields));
  const { joins, where } = await compileFor(tx, tenantId, audience);
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = (await tx.execute(sql`
      select ${columns} from (
        select c.* from contacts c ${joins} where c.tenant_id = ${tenantId} and c.id > ${after} and ${where}
        order by c.id limit ${pageSize}
      ) c ${sql.raw(CANDIDATE_JOINS)} order by c.id`)) as unknown as RawRow[];
    if (rows.length > 0) yield rows.map(readRow);
    if (rows.length < pageSize) return;
    after = rows[rows.length - 1]!.contactId;
  }
}

type Dates = "consentExpiresAt" | "doNotContactSince" | "recentSubmissions";

type RawRow = Omit<CandidateRow, Dates | "custom"> & {
  consentExpiresAt: string | null;
  doNotContactSince: string | null;
  /** An array literal: `{"2026-11-23 09:00:00+00",…}`. */
  recentSubmissions: string | null;
  custom: Candidate["custom"] | null;
};

const NO_VALUES: Candidate["custom"] = Object.freeze({});
const NO_SUBMISSIONS: readonly Date[] = Object.freeze([]);

const toDate = (value: string | null) => (value === null ? null : new Date(value));

function toDates(literal: string | null): readonly Date[] {
  if (literal === null) return NO_SUBMISSIONS;
  const items = literal.slice(1, -1).split(",");
  return items.filter(Boolean).map((item) => new Date(item.replaceAll('"', "")));
}

/** Turns the row itself into a candidate: a million copies would take as long as reading a sixth of the columns. */
function readRow(row: RawRow): Candidate {
  return Object.assign<RawRow, Pick<Candidate, Dates | "custom" | "alreadyInCampaign">>(row, {
    consentExpiresAt: toDate(row.consentExpiresAt),
    doNotContactSince: toDate(row.doNotContactSince),
    recentSubmissions: toDates(row.recentSubmissions),
    custom: row.custom ?? NO_VALUES,
    alreadyInCampaign: false,
  }) as Candidate;
}
