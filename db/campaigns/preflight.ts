import type { Candidate } from "@smscrm/core/gates/message-facts";
import type { PeopleAlike } from "@smscrm/core/preflight/audience-check";
import { type SQL, sql } from "drizzle-orm";
import { compileFor } from "../audiences/members.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { Audience } from "../schema/campaigns.ts";
import {
  type ClassRules,
  classJoins,
  classKey,
  type TextRow,
  textColumns,
  valueReader,
} from "./audience-classes.ts";
import { CANDIDATE_JOINS, CANDIDATE_LOOK_UPS, type CandidateRow, candidateColumnsFor } from "./candidates.ts";
import { textedContacts } from "./texted-contacts.ts";

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
  const { joins, where } = await compileFor(tx, tenantId, audience);
  let after = first;
  for (;;) {
    const rows = (await tx.execute(sql`
      select ${columns} from (
        select c.* from contacts c ${joins} where c.tenant_id = ${tenantId} and c.id > ${after} and c.id <= ${until}
          and ${where}
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
interface AudiencePart extends Range {
  /** To be read once. */
  people: Iterable<PeopleAlike>;
}

/** Classes are kept from one part to the next. Bounded, because in some audiences everybody differs. */
const CLASSES_MAX = 50_000;

/**
 * Yields an audience in parts, each of them as groups of people who are alike: a million people are some thousands of
 * classes. PostgreSQL groups them, because reading a row costs more than deciding about it.
 */
export async function* audienceParts(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
  mergeFields: readonly string[],
  { partSizes, ...rules }: ClassRules & { partSizes: Iterable<number> },
): AsyncGenerator<AudiencePart> {
  let classes = new Map<string, Candidate>();
  const values = textColumns(mergeFields);
  const valuesOf = valueReader(mergeFields);
  const names = values.map(({ name }) => name);
  const list = (names: readonly SQL[]) =>
    names.length > 0 ? sql`, ${sql.join([...names], sql`, `)}` : sql``;
  const { joins, where } = await compileFor(tx, tenantId, audience);
  let after = FIRST;
  let seen = 0;
  const textedBy = textedContacts(tx, rules, { tenantId, joins, where });
  for (const partSize of partSizes) {
    const texted = await textedBy({ seen, after, size: partSize });
    // Ids as text in the order of their bytes, which is the order of ids: PostgreSQL 15 has no min() of a uuid. Some
    // hundred groups to a row: for each value that it reads, the driver takes as long as core for a part of a verdict. And
    // not all in one: it copies what it has of a row with each packet.
    const pages = await tx.execute<{ until: string; size: number; groups: string }>(sql`
      with people as materialized (
        select c.id::text collate "C" as id, ${classKey(rules)} as alike
          ${list(values.map(({ select }) => select))}
        from (
          select c.* from contacts c ${joins} where c.tenant_id = ${tenantId} and c.id > ${after} and ${where}
          order by c.id limit ${partSize}
        ) c ${classJoins(rules, texted)}
      ), groups as (
        select min(id) as first, max(id) as last, count(*)::int as count, alike ${list(names)},
          row_number() over (order by min(id)) as nth
        from people group by people.alike ${list(names)}
      )
      select max(last) as until, sum(count)::int as size,
        json_agg(json_build_array(first, count, alike::text ${list(names)}) order by nth)::text as groups
      from groups group by nth / ${GROUPS_PER_ROW} order by nth / ${GROUPS_PER_ROW}`);
    const [page] = pages;
    if (!page) return;
    const until = pages.reduce((last, each) => (each.until > last ? each.until : last), page.until);
    const size = pages.reduce((sum, each) => sum + each.size, 0);
    // Not cleared: the part before may still be read.
    if (classes.size > CLASSES_MAX) classes = new Map();
    const rows: TextRow[][] = [];
    const unknown = new Map<string, string>();
    for (const { groups } of pages) {
      const read = JSON.parse(groups) as TextRow[];
      rows.push(read);
      for (const [contactId, , alike] of read)
        if (!classes.has(alike) && !unknown.has(alike)) unknown.set(alike, contactId);
      // A part in which everybody differs would keep other requests waiting for 100 ms.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const firstOf = new Map([...unknown].map(([alike, contactId]) => [contactId, alike]));
    for (const candidate of await candidatesOf(tx, tenantId, [...firstOf.keys()], [])) {
      classes.set(firstOf.get(candidate.contactId)!, candidate);
    }
    const people = peopleOf(rows, classes, valuesOf);
    yield { after, until, people };
    if (size < partSize) return;
    seen += size;
    after = until;
  }
}

const GROUPS_PER_ROW = sql.raw("200");

/** Gives people one by one, because making all at once takes long. Somebody may have been erased since they were grouped. */
function* peopleOf(
  rows: readonly (readonly TextRow[])[],
  classes: ReadonlyMap<string, Candidate>,
  valuesOf: ReturnType<typeof valueReader>,
): Generator<PeopleAlike> {
  for (const some of rows)
    for (const [contactId, count, alike, ...read] of some) {
      const candidate = classes.get(alike);
      if (candidate) yield { alike, contactId, count, candidate, values: valuesOf(read) };
    }
}

/** Reads some people with all their columns, by a look-up for each. */
export async function candidatesOf(
  tx: TenantTransaction,
  tenantId: string,
  contactIds: readonly string[],
  mergeFields: readonly string[],
): Promise<Candidate[]> {
  if (contactIds.length === 0) return [];
  const rows = (await tx.execute(sql`
    select ${sql.raw(candidateColumnsFor(mergeFields))}
    from unnest(${sql.param([...contactIds])}::uuid[]) as wanted (id)
    cross join lateral (select * from contacts where tenant_id = ${tenantId} and id = wanted.id limit 1) c
    ${sql.raw(CANDIDATE_LOOK_UPS)}`)) as unknown as RawRow[];
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
