import type { Candidate } from "@smscrm/core/gates/message-facts";
import type { PeopleAlike } from "@smscrm/core/preflight/audience-check";
import { type SQL, sql } from "drizzle-orm";
import { inAudience } from "../contacts/audience.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { Audience } from "../schema/campaigns.ts";
import { classKey, type ClassRules, factsJson, textColumns, type TextRow, valuesOf } from "./audience-classes.ts";
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
  { after: first = FIRST, until = LAST }: Partial<Range> = {},
): AsyncGenerator<Candidate[]> {
  const columns = sql.raw(candidateColumnsFor(mergeFields));
  let after = first;
  for (;;) {
    const rows = (await tx.execute(sql`
      select ${columns} from (
        select * from contacts c where c.tenant_id = ${tenantId} and c.id > ${after} and c.id <= ${until}
          and ${inAudience(audience)}
        order by c.id limit ${pageSize}
      ) c ${sql.raw(CANDIDATE_JOINS)} order by c.id`)) as unknown as RawRow[];
    if (rows.length > 0) yield rows.map(readRow);
    if (rows.length < pageSize) return;
    after = rows[rows.length - 1]!.contactId;
  }
}

/** A part of an audience, by contact id: after the first, up to the second. */
interface Range {
  after: string;
  until: string;
}

const FIRST = "00000000-0000-0000-0000-000000000000";
const LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** A part of an audience as groups of people whom neither gates nor text tell apart, by the first person of each. */
export interface AudiencePart extends Range {
  people: PeopleAlike[];
}

/**
 * Yields an audience in parts, each of them as groups of people who are alike: a million people are some thousands of
 * groups. PostgreSQL groups them, because reading a row costs more than deciding about it.
 */
export async function* audienceParts(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
  mergeFields: readonly string[],
  { partSizes, ...rules }: ClassRules & { partSizes: Iterable<number> },
): AsyncGenerator<AudiencePart> {
  const columns = sql.raw(candidateColumnsFor(mergeFields));
  const values = textColumns(mergeFields);
  const list = (names: readonly SQL[]) => (names.length > 0 ? sql`, ${sql.join([...names], sql`, `)}` : sql``);
  let after = FIRST;
  for (const partSize of partSizes) {
    const rows = (await tx.execute(sql`
      with people as materialized (
        select row_number() over (order by c.id) as n, ${columns} ${list(values.map(({ select }) => select))},
          ${classKey(rules)} as alike
        from (
          select * from contacts c where c.tenant_id = ${tenantId} and c.id > ${after} and ${inAudience(audience)}
          order by c.id limit ${partSize}
        ) c ${sql.raw(CANDIDATE_JOINS)}
      ),
      texts as (
        select min(n) as n, count(*)::int as count from people group by alike ${list(values.map(({ name }) => name))}
      ),
      classes as (select min(n) as n from people group by alike)
      select p."contactId", p.alike::text as alike, t.count ${list(values.map(({ name }) => sql`p.${name}`))},
        case when k.n is not null then ${factsJson()} end as facts,
        (select "contactId" from people order by n desc limit 1) as until,
        (select count(*)::int from people) as size
      from texts t join people p on p.n = t.n left join classes k on k.n = t.n order by t.n`)) as unknown as (TextRow & {
      until: string;
      size: number;
    })[];
    const [row] = rows;
    if (!row) return;
    yield { after, until: row.until, people: alikeOf(rows, mergeFields) };
    if (row.size < partSize) return;
    after = row.until;
  }
}

/** The first row of each class has the facts of its first person. */
function alikeOf(rows: readonly TextRow[], mergeFields: readonly string[]): PeopleAlike[] {
  const facts = new Map<string, string>();
  return rows.map((row) => {
    if (row.facts !== null) facts.set(row.alike, row.facts);
    return {
      alike: row.alike,
      contactId: row.contactId,
      count: row.count,
      values: valuesOf(row, mergeFields),
      read: () => readFacts(facts.get(row.alike)!),
    };
  });
}

/** Reads people of an audience again, with all their columns. */
export async function candidatesOf(
  tx: TenantTransaction,
  tenantId: string,
  contactIds: readonly string[],
  mergeFields: readonly string[],
): Promise<Candidate[]> {
  if (contactIds.length === 0) return [];
  const rows = (await tx.execute(sql`
    select ${sql.raw(candidateColumnsFor(mergeFields))} from contacts c ${sql.raw(CANDIDATE_JOINS)}
    where c.tenant_id = ${tenantId} and c.id = any(${sql.param([...contactIds])}::uuid[])`)) as unknown as RawRow[];
  return rows.map(readRow);
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

/** Reads a person from JSON, whose dates and arrays are as JSON writes them. */
function readFacts(json: string): Candidate {
  const row = JSON.parse(json) as Omit<RawRow, "recentSubmissions"> & { recentSubmissions: string[] | null };
  return {
    ...row,
    consentExpiresAt: toDate(row.consentExpiresAt),
    doNotContactSince: toDate(row.doNotContactSince),
    recentSubmissions: (row.recentSubmissions ?? []).map((at) => new Date(at)),
    custom: row.custom ?? NO_VALUES,
    alreadyInCampaign: false,
  };
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
