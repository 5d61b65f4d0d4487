import {
  nextChange,
  type RuleBook,
  type RuleVersion,
  ruleBookAt,
  SHIPPED_BOOK,
} from "@smscrm/core/law/rule-book";
import { sql as drizzleSql } from "drizzle-orm";
import type { Pipeline, PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";

/** Which rules are in force, as a transaction sees it: the state's token, on the database's clock. */
export interface RulesSeen {
  token: string;
  now: Date;
}

/** The state's token, as a part of other SQL statements. */
export const RULES_TOKEN = "(select token from country_rules_state)";

/** What this process remembers of one token: it never changes, so it needs no lock and no expiry. */
interface Remembered {
  versions: readonly RuleVersion[];
  /** The rules from `from` until `until`; null: for good. */
  book: { rules: RuleBook; from: Date; until: Date | null } | null;
}

/** A process has one database, and few tokens are in use at once. */
const REMEMBERED_MAX = 8;
const remembered = new Map<string, Remembered>();

function remember(token: string, versions: readonly RuleVersion[]): Remembered {
  const [oldest] = remembered.keys();
  if (remembered.size >= REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
  const made: Remembered = { versions, book: null };
  remembered.set(token, made);
  return made;
}

/** The same object as long as no version begins, because schedules are compared by identity. */
function bookAt(known: Remembered, now: Date): RuleBook {
  const { book } = known;
  if (book && book.from <= now && (book.until === null || now < book.until)) return book.rules;
  const rules = known.versions.length === 0 ? SHIPPED_BOOK : ruleBookAt(known.versions, now);
  known.book = { rules, from: now, until: nextChange(known.versions, now) };
  return rules;
}

/** The rows that may be in force from now on: of each part the last that has begun, and those entered after it. */
const CURRENT = `
  select s.token::text as token, r.id, r.country, r.part, r.body, r.source, r.checked_on::text as "checkedOn", r.note,
    r.valid_from as "validFrom", r.revision::int as revision
  from country_rules_state s left join lateral (
    select c.* from country_rules c where c.revision >= coalesce((
      select max(begun.revision) from country_rules begun
      where begun.country = c.country and begun.part = c.part and begun.valid_from <= statement_timestamp()
    ), 0)
  ) r on true`;

type Row = { token: string } & { [Key in keyof RuleVersion]: RuleVersion[Key] | null };

/** One statement reads the versions with the token that belongs to them: never half a change. */
function take(rows: readonly Row[], now: Date): RuleBook {
  const versions = rows
    .filter(({ id }) => id !== null)
    .map(({ token: _, ...row }) => ({ ...row, validFrom: new Date(row.validFrom!) }) as RuleVersion);
  return bookAt(remember(rows[0]!.token, versions), now);
}

/**
 * Returns the rules in force for a transaction that has seen the token: from memory, or read once after each change. The
 * pipeline's form.
 */
export async function ruleBookFor(
  tx: Pipeline | PipelineTransaction,
  { token, now }: RulesSeen,
): Promise<RuleBook> {
  const known = remembered.get(token);
  if (known) return bookAt(known, now);
  return take(await tx<Row[]>`${tx.unsafe(CURRENT)}`, now);
}

/** Returns the rules in force now. For the pipeline, where no other statement reads the token. */
export async function readRules(tx: Pipeline | PipelineTransaction): Promise<RuleBook> {
  return (await readRulesAndTime(tx)).rules;
}

/** Returns the rules in force now, and when that is: a replay needs both. */
export async function readRulesAndTime(
  tx: Pipeline | PipelineTransaction,
): Promise<{ rules: RuleBook; at: Date }> {
  const [seen] = await tx<RulesSeen[]>`
    select token::text as token, clock_timestamp() as now from country_rules_state`;
  return { rules: await ruleBookFor(tx, seen!), at: seen!.now };
}

/** Returns the rules in force now, or at a later time. The API's form. */
export async function readRuleBook(tx: TenantTransaction, at?: Date): Promise<RuleBook> {
  const [seen] = (await tx.execute(
    drizzleSql`select token::text as token, clock_timestamp() as now from country_rules_state`,
  )) as unknown as { token: string; now: string | Date }[];
  const now = at ?? new Date(seen!.now);
  const known = remembered.get(seen!.token);
  if (known) return bookAt(known, now);
  return take((await tx.execute(drizzleSql.raw(CURRENT))) as unknown as Row[], now);
}
