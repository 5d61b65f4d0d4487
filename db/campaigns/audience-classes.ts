import type { TextValues } from "@smscrm/core/gates/message-facts";
import { OPT_OUT_FIELD } from "@smscrm/core/text/opt-out-link";
import { type SQL, sql } from "drizzle-orm";

/** What the gates of one preflight look at. It decides which people are alike. */
export interface ClassRules {
  /** The least texts in 24 hours and in seven days that a cap may hold a person for; null: no cap. */
  capPerDay: number | null;
  capPerWeek: number | null;
  /** The time that the preflight assumes. */
  now: Date;
  /** The senders among which a person's last sender matters; empty: it does not. */
  stickySenders: readonly string[];
}

/** A row of a part of an audience: people who are alike and get the same text. */
export interface TextRow {
  contactId: string;
  alike: string;
  count: number;
  /** Of the first person of the class, as JSON; null in the class's other rows. */
  facts: string | null;
  [value: `v${number}`]: string | null;
}

/** Each field of a text that is a column of its own: its column, and its name in `TextValues`. */
const COLUMNS = {
  first_name: "firstName",
  last_name: "lastName",
  phone: "phoneE164",
  email: "email",
  city: "city",
  state: "state",
  postcode: "postcode",
} as const satisfies Record<string, keyof TextValues>;

const isColumn = (field: string): field is keyof typeof COLUMNS => Object.hasOwn(COLUMNS, field);

const valueFields = (mergeFields: readonly string[]) =>
  [...new Set(mergeFields)].filter((field) => field !== OPT_OUT_FIELD);

/** Returns the columns of a text's merge values, each with what it selects from `contacts c`. */
export function textColumns(mergeFields: readonly string[]): { name: SQL; select: SQL }[] {
  return valueFields(mergeFields).map((field, at) => {
    const name = sql.raw(`v${at}`);
    const column = field === "phone" ? "phone_e164" : field;
    const value = isColumn(field) ? sql.raw(`c.${column}`) : sql`c.custom ->> ${field}`;
    return { name, select: sql`${value} as ${name}` };
  });
}

/** Returns the merge values of a row, read by `textColumns` of the same fields. */
export function valuesOf(row: TextRow, mergeFields: readonly string[]): TextValues {
  const custom: Record<string, string> = {};
  const values = { ...NO_VALUES, custom };
  valueFields(mergeFields).forEach((field, at) => {
    const value = row[`v${at}`] ?? null;
    if (isColumn(field)) Object.assign(values, { [COLUMNS[field]]: value ?? NO_VALUES[COLUMNS[field]] });
    else if (value !== null) custom[field] = value;
  });
  return values;
}

const NO_VALUES = {
  firstName: null,
  lastName: null,
  phoneE164: "",
  email: null,
  city: null,
  state: null,
  postcode: null,
  optOutLink: null as string | null,
};

/**
 * An SQL expression over `contacts c` with the candidates' joins: equal for people whom no gate tells apart, whatever the
 * text. It keeps everything that core reads, and may only leave out what core does not look at:
 *
 * - of a number its area code, as far as `core/time/location.ts` reads one, and whether it is a number at all
 * - of an American ZIP its first three digits
 * - when and why a person opted out, or a number failed, beyond that it is so
 * - texts of the last days that are fewer than any cap
 *
 * A 64-bit hash: among a million people two classes are taken for one with a probability of one in thirty million.
 */
export function classKey({ capPerDay, capPerWeek, now, stickySenders }: ClassRules): SQL {
  const at = now.toISOString();
  const since = (hours: number, cap: number) => sql`(select count(*) from unnest(history.hand_overs) as at
    where at > ${at}::timestamptz - make_interval(hours => ${hours}::int)) >= ${cap}::int`;
  const capped = [
    ...(capPerDay === null ? [] : [since(24, capPerDay)]),
    ...(capPerWeek === null ? [] : [since(7 * 24, capPerWeek)]),
  ];
  const history =
    capped.length === 0
      ? sql`null::timestamptz[]`
      : sql`case when history.hand_overs is not null and (${sql.join(capped, sql` or `)}) then history.hand_overs end`;
  const sticky =
    stickySenders.length === 0
      ? sql`null::uuid`
      : sql`case when history.last_sender = any(${sql.param([...stickySenders])}::uuid[]) then history.last_sender end`;
  return sql`hash_record_extended(row(
    case when c.phone_e164 !~ '^\\+[1-9][0-9]{6,14}$' then c.phone_e164
      when c.country = 'AU' and c.line_type = 'MOBILE' then null
      when c.phone_e164 like '+1%' then left(c.phone_e164, 5)
      when c.phone_e164 like '+61%' then left(c.phone_e164, 10) end,
    c.country::text, c.line_type, c.state,
    case when coalesce(c.address_country, c.country) = 'US' and c.postcode ~ '^[0-9]{5}$' then left(c.postcode, 3) || '..'
      else c.postcode end,
    c.address_country::text, c.timezone, c.timezone_source, c.consent_basis, c.consent_expires_at, c.consent_summary,
    c.invalid_reason is not null and (c.invalid_until is null or c.invalid_until > clock_timestamp()),
    d.created_at is not null, ${history}, ${sticky}), 0)`;
}

/** The facts of `people p` as JSON text, by the names of a candidate. Only for a class's first person. */
export const factsJson = (): SQL => sql`(to_jsonb(p) - 'n' - 'alike')::text`;
