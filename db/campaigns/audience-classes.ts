import type { TextValues } from "@smscrm/core/gates/message-facts";
import { OPT_OUT_FIELD } from "@smscrm/core/text/opt-out-link";
import { type SQL, sql } from "drizzle-orm";
import { SUPPRESSION_JOIN } from "../suppression/standing.ts";

/** What the gates of one preflight look at. It decides which people are alike. */
export interface ClassRules {
  /** The least texts in 24 hours and in seven days that a cap may hold a person for; null: no cap. */
  capPerDay: number | null;
  capPerWeek: number | null;
  /** The time that the preflight assumes. */
  now: Date;
  /** The senders among which a person's last sender matters; empty: it does not. */
  stickySenders: readonly string[];
  /** Whether the tenant has suppression lists. */
  hasLists: boolean;
}

/** A row of a part of an audience: people who are alike and get the same text. */
export interface TextRow extends TextValueColumns {
  /** Of the first of them, and of the last. */
  contactId: string;
  last: string;
  alike: string;
  count: number;
}

type TextValueColumns = Record<`v${number}`, string | null>;

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
export function valuesOf(row: TextValueColumns, mergeFields: readonly string[]): TextValues {
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
 * An SQL expression over `contacts c` with `classJoins`: equal for people whom no gate tells apart, whatever the text. It
 * keeps everything that core reads, and may only leave out what core does not look at:
 *
 * - of a number its area code, as far as `core/time/location.ts` reads one (the table checks that it is a number)
 * - of an American ZIP its first three digits
 * - when and why a person opted out, or a number failed, beyond that it is so
 * - texts of the last days that are fewer than any cap
 *
 * A 64-bit hash: among a million people two classes are taken for one with a probability of one in thirty million.
 */
export function classKey(rules: ClassRules): SQL {
  const { stickySenders, hasLists } = rules;
  const caps = capConditions(rules);
  const history =
    caps.length === 0
      ? sql`null::timestamptz[]`
      : sql`case when ${sql.join(caps, sql` or `)} then (${submissions()}) end`;
  const sticky = stickySenders.length === 0 ? sql`null::uuid` : sql`recent.last_sender`;
  return sql`hash_record_extended(row(
    case when c.country = 'AU' and c.line_type = 'MOBILE' then null
      when c.phone_e164 like '+1%' then left(c.phone_e164, 5)
      when c.phone_e164 like '+61%' then left(c.phone_e164, 10) end,
    c.country::text, c.line_type, c.state,
    case when coalesce(c.address_country, c.country) = 'US' and c.postcode ~ '^[0-9]{5}$' then left(c.postcode, 3) || '..'
      else c.postcode end,
    c.address_country::text, c.timezone, c.timezone_source, c.consent_basis, c.consent_expires_at, c.consent_summary,
    c.invalid_reason is not null and (c.invalid_until is null or c.invalid_until > clock_timestamp()),
    d.created_at is not null, ${hasLists ? sql`suppressed.lists` : sql`null::text`}, ${history}, ${sticky}), 0)`;
}

const WEEK_HOURS = 7 * 24;
const COUNTED = sql.raw(`tenant_id = c.tenant_id and to_phone = c.phone_e164
  and claimed_at > statement_timestamp() - interval '7 days'
  and state in ('sending', 'accepted', 'unknown', 'presumed-sent')`);

const submissions = (): SQL =>
  sql`select array_agg(claimed_at order by claimed_at) from send_attempts where ${COUNTED}`;

const capConditions = ({ capPerDay, capPerWeek }: ClassRules): SQL[] => [
  ...(capPerDay === null ? [] : [sql`recent.in_day >= ${capPerDay}::int`]),
  ...(capPerWeek === null ? [] : [sql`recent.in_week >= ${capPerWeek}::int`]),
];

/** Joins what `classKey` reads beside the contact, as far as the rules need it. */
export function classJoins(rules: ClassRules): SQL {
  const { now, stickySenders, hasLists } = rules;
  const since = (hours: number) =>
    sql`count(*) filter (where claimed_at > ${now.toISOString()}::timestamptz - make_interval(hours => ${hours}::int))`;
  const lastSender =
    stickySenders.length === 0
      ? sql`null::uuid`
      : sql`(array_agg(sending_number_id order by claimed_at desc)
          filter (where sending_number_id = any(${sql.param([...stickySenders])}::uuid[])))[1]`;
  const isUsed = capConditions(rules).length > 0 || stickySenders.length > 0;
  const recent = sql`left join lateral (
    select ${since(24)} as in_day, ${since(WEEK_HOURS)} as in_week, ${lastSender} as last_sender
    from send_attempts where ${COUNTED}) recent on true`;
  return sql`left join do_not_contact d on d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164
    ${hasLists ? sql.raw(SUPPRESSION_JOIN) : sql``} ${isUsed ? recent : sql``}`;
}
