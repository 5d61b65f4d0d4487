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
  /** In trial mode: the team's own numbers. Null: it is not. */
  trialNumbers: readonly string[] | null;
}

/** People of a part of an audience who are alike and get the same text: the first of them, how many, their class, and the text's values. */
export type TextRow = readonly [
  contactId: string,
  count: number,
  alike: string,
  ...values: readonly (string | null)[],
];

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

/** Returns a function that gives the merge values of what `textColumns` read for the same fields. */
export function valueReader(mergeFields: readonly string[]) {
  const fields = valueFields(mergeFields);
  const columns = fields.map((field) => (isColumn(field) ? COLUMNS[field] : null));
  return (read: readonly (string | null)[]): TextValues => {
    const custom: Record<string, string> = {};
    const values: TextValues & Record<string, unknown> = { ...NO_VALUES, custom };
    for (let at = 0; at < fields.length; at += 1) {
      const value = read[at] ?? null;
      if (value === null) continue;
      const column = columns[at];
      if (column) values[column] = value;
      else custom[fields[at]!] = value;
    }
    return values;
  };
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
  const { stickySenders, hasLists, trialNumbers } = rules;
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
    d.created_at is not null, ${hasLists ? sql`suppressed.lists` : sql`null::text`}, ${history}, ${sticky},
    ${trialNumbers ? sql`c.phone_e164 = any(${sql.param([...trialNumbers])}::text[])` : sql`null::boolean`}), 0)`;
}

const WEEK_HOURS = 7 * 24;
const RECENT = sql.raw(`claimed_at > statement_timestamp() - interval '7 days'
  and state in ('sending', 'accepted', 'unknown', 'presumed-sent')`);
const COUNTED = sql`tenant_id = c.tenant_id and to_phone = c.phone_e164 and ${RECENT}`;

const submissions = (): SQL =>
  sql`select array_agg(claimed_at order by claimed_at) from send_attempts where ${COUNTED}`;

const capConditions = (
  { capPerDay, capPerWeek }: ClassRules,
  [inDay, inWeek]: readonly [SQL, SQL] = [sql`recent.in_day`, sql`recent.in_week`],
): SQL[] => [
  ...(capPerDay === null ? [] : [sql`${inDay} >= ${capPerDay}::int`]),
  ...(capPerWeek === null ? [] : [sql`${inWeek} >= ${capPerWeek}::int`]),
];

/** What is read of the recent texts to one number: how many in a day and in a week, and which sender had the last. */
function readTexts({ now, stickySenders }: ClassRules) {
  const since = (hours: number) =>
    sql`count(*) filter (where claimed_at > ${now.toISOString()}::timestamptz - make_interval(hours => ${hours}::int))`;
  const lastSender =
    stickySenders.length === 0
      ? sql`null::uuid`
      : sql`(array_agg(sending_number_id order by claimed_at desc)
          filter (where sending_number_id = any(${sql.param([...stickySenders])}::uuid[])))[1]`;
  return { inDay: since(24), inWeek: since(WEEK_HOURS), lastSender };
}

/** Whether a gate of this preflight looks at recent texts. */
export const readsRecentTexts = (rules: ClassRules): boolean =>
  capConditions(rules).length > 0 || rules.stickySenders.length > 0;

/**
 * Joins what `classKey` reads beside the contact, as far as the rules need it. `textedContacts`: the only ones whose
 * recent texts can matter (`contactsWithTexts`); null: not known, so those of everyone are looked up.
 */
export function classJoins(rules: ClassRules, textedContacts: readonly string[] | null): SQL {
  const { inDay, inWeek, lastSender } = readTexts(rules);
  // A condition without a column of the attempts: where it is false, PostgreSQL does not open the index.
  const asked = textedContacts ? sql`c.id = any(${sql.param([...textedContacts])}::uuid[]) and` : sql``;
  const recent = sql`left join lateral (
    select ${inDay} as in_day, ${inWeek} as in_week, ${lastSender} as last_sender
    from send_attempts where ${asked} ${COUNTED}) recent on true`;
  return sql`left join do_not_contact d on d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164
    ${rules.hasLists ? sql.raw(SUPPRESSION_JOIN) : sql``} ${readsRecentTexts(rules) ? recent : sql``}`;
}

/**
 * A statement for the ids of an audience's contacts whose recent texts `classKey` looks at, in order. `limit`: of their
 * numbers. It walks through the tenant's attempts by number, as their index has them: a hundredth of the cost of a
 * look-up for each attempt that is older than the last days.
 */
export function contactsWithTexts(
  rules: ClassRules,
  audience: { tenantId: string; joins: SQL; where: SQL },
  limit: number,
): SQL {
  const { inDay, inWeek, lastSender } = readTexts(rules);
  const matters = [
    ...capConditions(rules, [inDay, inWeek]),
    ...(rules.stickySenders.length === 0 ? [] : [sql`${lastSender} is not null`]),
  ];
  return sql`
    select c.id from (
      select to_phone from send_attempts where tenant_id = ${audience.tenantId} and ${RECENT}
      group by to_phone having ${sql.join(matters, sql` or `)} limit ${limit}
    ) texted join contacts c on c.tenant_id = ${audience.tenantId} and c.phone_e164 = texted.to_phone ${audience.joins}
    where ${audience.where} order by c.id`;
}
