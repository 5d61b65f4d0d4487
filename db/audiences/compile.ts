import {
  type AudienceClock,
  addDays,
  DAY_MS,
  datesOf,
  plain,
  SENT_STATUSES,
} from "@smscrm/core/audiences/comparison";
import {
  type AudienceCondition,
  type AudienceRule,
  type Comparison,
  type DETAILS,
  isGroup,
  type MomentTest,
} from "@smscrm/core/audiences/definition";
import { type SQL, sql } from "drizzle-orm";
import { clickedJobs } from "../links/reports.ts";
import { textArray } from "../postgres/array-literal.ts";

/** An audience as parts of a statement over `contacts c`: `select … from contacts c ${joins} where … and ${where}`. */
export interface CompiledAudience {
  /** Each joins at most one row to a contact. */
  joins: SQL;
  where: SQL;
}

/**
 * Compiles a definition without audiences inside. Everything that a person entered is a parameter. Each condition is
 * met or not, as in `core/testing/is-in-audience.ts`; `where` may be null for a contact that is not in it. A contact that was
 * merged into another is in none. Other tables are joined once each: the planner can
 * then hash them for a count of a million, and look them up for a page.
 */
export function compileAudience(
  rule: AudienceRule,
  { tenantId, ...clock }: AudienceClock & { tenantId: string },
): CompiledAudience {
  const joins = new Map<string, SQL>();
  const where = whereOf(rule, { tenantId, clock, joins }, true);
  return { joins: sql.join([...joins.values()], sql` `), where: sql`(c.merged_into is null and ${where})` };
}

interface Context {
  tenantId: string;
  clock: AudienceClock;
  joins: Map<string, SQL>;
}

/**
 * `isFilter`: only whether it is true counts, because it stands in the statement's `where` itself or in an `and` there.
 * Then null needs no test, and PostgreSQL can use the condition for an index or a join.
 */
function whereOf(rule: AudienceRule, context: Context, isFilter: boolean): SQL {
  if (!isGroup(rule)) {
    const met = conditionOf(rule, context);
    if (rule.not) return sql`not ((${met}) is true)`;
    return isFilter ? sql`(${met})` : sql`((${met}) is true)`;
  }
  const rules = rule.rules.map((one) => whereOf(one, context, isFilter && rule.match === "all"));
  if (rule.match === "all") return rules.length === 0 ? sql`true` : sql`(${sql.join(rules, sql` and `)})`;
  const some = rules.length === 0 ? sql`false` : sql`(${sql.join(rules, sql` or `)})`;
  return rule.match === "any" ? some : sql`not ${some}`;
}

function conditionOf(condition: AudienceCondition, context: Context): SQL {
  const { clock } = context;
  switch (condition.about) {
    case "field":
      return compared(sql`(c.custom ->> ${condition.field}::text)`, condition.test, clock);
    case "detail":
      return compared(DETAIL_COLUMNS[condition.detail], condition.test, clock);
    case "moment":
      return momentOf(condition.moment, condition.test, context);
    case "tag":
      return sql`c.tags && ${textArray(condition.tags)}::text[]`;
    case "country":
      return sql`c.country = any(${textArray(condition.countries)}::text[])`;
    case "zone":
      return sql`coalesce(c.timezone, '') = any(${textArray(condition.zones)}::text[])`;
    case "consent":
      return sql`case when c.consent_expires_at <= ${clock.now.toISOString()}::timestamptz
        and c.consent_basis in ('express', 'inferred', 'transactional') then 'expired' else c.consent_basis end
        = any(${textArray(condition.states)}::text[])`;
    case "import":
      return sql`c.last_import_id = any(${textArray(condition.imports)}::uuid[])`;
    case "campaign": {
      if (condition.outcome === "clicked")
        return sql`${joinClicks(condition.campaign, context)}.contact_id is not null`;
      const status = sql`${joinCampaign(condition.campaign, context)}.status`;
      if (condition.outcome === "included") return sql`${status} is not null`;
      const statuses = condition.outcome === "sent" ? SENT_STATUSES : [condition.outcome];
      return sql`${status} = any(${textArray(statuses)}::text[])`;
    }
    case "do-not-contact":
      join(
        "do-not-contact",
        sql`left join do_not_contact listed on listed.tenant_id = c.tenant_id and listed.phone_e164 = c.phone_e164`,
        context,
      );
      return sql`listed.phone_e164 is not null`;
    case "audience":
      throw new Error("an audience must be inlined before it is compiled");
  }
}

const DETAIL_COLUMNS: Readonly<Record<(typeof DETAILS)[number], SQL>> = {
  first_name: sql`c.first_name`,
  last_name: sql`c.last_name`,
  email: sql`c.email`,
  city: sql`c.city`,
  state: sql`c.state`,
  postcode: sql`c.postcode`,
};

function join(key: string, table: SQL, { joins }: Context): void {
  if (!joins.has(key)) joins.set(key, table);
}

/** Joins the contact's message of a campaign; returns the name of the join. */
function joinCampaign(campaignId: string, context: Context): SQL {
  const keys = [...context.joins.keys()].filter((key) => key.startsWith("campaign "));
  const key = `campaign ${campaignId}`;
  const nth = keys.includes(key) ? keys.indexOf(key) : keys.length;
  const name = sql.raw(`job${nth}`);
  const table = sql`left join send_jobs ${name} on ${name}.contact_id = c.id
    and ${name}.campaign_id = ${campaignId}::uuid and ${name}.tenant_id = ${context.tenantId}::uuid`;
  join(key, table, context);
  return name;
}

/** Joins whether the contact clicked in a campaign; returns the name of the join. */
function joinClicks(campaignId: string, context: Context): SQL {
  const keys = [...context.joins.keys()].filter((key) => key.startsWith("clicks "));
  const key = `clicks ${campaignId}`;
  const name = sql.raw(`clicked${keys.includes(key) ? keys.indexOf(key) : keys.length}`);
  const clicked = sql`select distinct contact_id from (${clickedJobs(context.tenantId, campaignId)}) clicked_jobs`;
  join(key, sql`left join (${clicked}) ${name} on ${name}.contact_id = c.id`, context);
  return name;
}

/** `collate "C"`: lower() then changes A to Z only, as core does, and is fast. */
const plainSql = (value: SQL) => sql`lower(${value} collate "C")`;

function compared(value: SQL, test: Comparison, clock: AudienceClock): SQL {
  switch (test.is) {
    case "filled":
      return sql`${value} <> ''`;
    case "one-of":
      return sql`${plainSql(value)} = any(${textArray(test.values.map(plain))}::text[])`;
    case "begins":
      return sql`starts_with(${plainSql(value)}, ${plain(test.value)}::text)`;
    case "contains":
      return sql`position(${plain(test.value)}::text in ${plainSql(value)}) > 0`;
    case "at-least":
      return sql`${numberIn(value)} >= ${test.number}::numeric`;
    case "at-most":
      return sql`${numberIn(value)} <= ${test.number}::numeric`;
    default: {
      const [from, until] = datesOf(test, clock);
      return sql`${value} collate "C" between ${from} and ${until} and ${value} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'`;
    }
  }
}

/**
 * Null where the text is no number, such as in a field that was text before. Counting digits takes a regular expression
 * three times as long as looking for them, and a short text has too few to count.
 */
const numberIn = (value: SQL) =>
  sql`case when ${value} ~ '^-?[0-9]+([.][0-9]+)?$'
    and (length(${value}) <= 8 or ${value} ~ '^-?[0-9]{1,12}([.][0-9]{1,6})?$') then ${value}::numeric end`;

function momentOf(
  moment: Extract<AudienceCondition, { about: "moment" }>["moment"],
  test: MomentTest,
  context: Context,
): SQL {
  if (moment === "created") return within(sql`c.created_at`, test, context.clock);
  if (moment === "consented") return within(sql`c.consent_at`, test, context.clock);
  if (moment === "texted") {
    const on = sql`texted.tenant_id = c.tenant_id and texted.phone_e164 = c.phone_e164`;
    join("texted", sql`left join texted_numbers texted on ${on}`, context);
    return within(sql`texted.last_texted_at`, test, context.clock);
  }
  if (moment === "clicked") {
    const on = sql`clicked.tenant_id = c.tenant_id and clicked.contact_id = c.id`;
    join("clicked", sql`left join clicked_contacts clicked on ${on}`, context);
    return within(sql`clicked.last_clicked_at`, test, context.clock);
  }
  const on = sql`spoke.tenant_id = c.tenant_id and spoke.phone_e164 = c.phone_e164`;
  join("replied", sql`left join conversations spoke on ${on}`, context);
  return repliedWithin(test, context.clock);
}

/** A UUIDv7 begins with its milliseconds: when the last message of the person arrived. */
function repliedWithin(test: MomentTest, { now, zone }: AudienceClock): SQL {
  const id = sql`spoke.last_inbound_id`;
  switch (test.is) {
    case "ever":
      return sql`${id} is not null`;
    case "last-days": {
      const first = new Date(now.getTime() - test.days * DAY_MS + 1).toISOString();
      return sql`${id} >= uuid_floor(${first}::timestamptz)`;
    }
    case "from":
      return sql`${id} >= uuid_floor(${startOf(test.date, zone)})`;
    case "until":
      return sql`${id} < uuid_floor(${startOf(addDays(test.date, 1), zone)})`;
  }
}

/** A day begins when the zone's clock shows midnight, or when it jumps over midnight. */
const startOf = (day: string, zone: string) => sql`(${day}::date::timestamp at time zone ${zone})`;

function within(value: SQL, test: MomentTest, { now, zone }: AudienceClock): SQL {
  switch (test.is) {
    case "ever":
      return sql`${value} is not null`;
    case "last-days": {
      const after = new Date(now.getTime() - test.days * DAY_MS).toISOString();
      return sql`${value} > ${after}::timestamptz`;
    }
    case "from":
      return sql`${value} >= ${startOf(test.date, zone)}`;
    case "until":
      return sql`${value} < ${startOf(addDays(test.date, 1), zone)}`;
  }
}
