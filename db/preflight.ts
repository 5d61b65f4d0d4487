import type { Candidate } from "@smscrm/core/message-facts";
import { sql } from "drizzle-orm";
import { inAudience } from "./audience.ts";
import { CANDIDATE_JOINS, type CandidateRow, candidateColumnsFor, toCandidate } from "./candidates.ts";
import type { TenantTransaction } from "./connection.ts";
import type { Audience } from "./schema/campaigns.ts";

/**
 * An audience in pages, as the claim will see it: the same columns from the same joins. Dates come as text from
 * this driver, so they are read here. `mergeFields`: what the template asks of a contact.
 */
export async function* audiencePages(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
  mergeFields: readonly string[],
  pageSize = 2_000,
): AsyncGenerator<Candidate[]> {
  const columns = sql.raw(candidateColumnsFor(mergeFields));
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = (await tx.execute(sql`
      select ${columns} from (
        select * from contacts c where c.tenant_id = ${tenantId} and c.id > ${after} and ${inAudience(audience)}
        order by c.id limit ${pageSize}
      ) c ${sql.raw(CANDIDATE_JOINS)} order by c.id`)) as unknown as RawRow[];
    if (rows.length > 0) yield rows.map(readRow);
    if (rows.length < pageSize) return;
    after = rows[rows.length - 1]!.contactId;
  }
}

type RawRow = Omit<CandidateRow, "consentExpiresAt" | "doNotContactSince" | "recentHandOvers"> & {
  consentExpiresAt: string | null;
  doNotContactSince: string | null;
  /** An array literal: `{"2026-11-23 09:00:00+00",…}`. */
  recentHandOvers: string | null;
};

const toDate = (value: string | null) => (value === null ? null : new Date(value));

function toDates(literal: string | null): Date[] {
  const items = literal?.slice(1, -1).split(",") ?? [];
  return items.filter(Boolean).map((item) => new Date(item.replaceAll('"', "")));
}

function readRow(row: RawRow): Candidate {
  return toCandidate(
    {
      ...row,
      consentExpiresAt: toDate(row.consentExpiresAt),
      doNotContactSince: toDate(row.doNotContactSince),
      recentHandOvers: toDates(row.recentHandOvers),
    },
    false,
  );
}
