import type { AbPlan } from "@smscrm/core/campaigns/ab-test/ab-test";
import { campaignStatusesBefore } from "@smscrm/core/campaigns/campaign";
import type { Canary } from "@smscrm/core/campaigns/first-part/first-part";
import { type AudienceLocation, orderLocations } from "@smscrm/core/campaigns/launch-order";
import { everyText, type WrittenTexts } from "@smscrm/core/campaigns/texts/chosen-text";
import type { LocalTime } from "@smscrm/core/campaigns/timing/local-time";
import { freezeTimes, isTimed } from "@smscrm/core/claim/freeze-times";
import type { ZonedPerson } from "@smscrm/core/gates/message-facts";
import type { RuleBook } from "@smscrm/core/law/rule-book";
import type { DestinationHours } from "@smscrm/core/time/destination-hours";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { type SQL, sql } from "drizzle-orm";
import { compileKnown, wholeOf } from "../audiences/members.ts";
import { definitionsAsOf, runOnPipeline, type VersionedDefinition } from "../audiences/versions.ts";
import { readRules } from "../law/rule-book.ts";
import { freezeLinks } from "../links/campaign-links.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import type { Audience } from "../schema/campaigns.ts";
import { chooseFirstParts } from "./first-part/choose.ts";
import { drawOf, variantOf, WAITING_FROM } from "./first-part/draws.ts";
import { OTHER_TEXTS, TEXTS_COLUMNS } from "./texts/campaign-texts.ts";
import { hasLanguages, languagesIn, type SpokenCampaign } from "./texts/languages.ts";

/** Rows per transaction: large enough to be fast, small enough that a pause never waits for it. */
const CHUNK = 5_000;

/** A campaign whose audience is not frozen yet. */
export interface Launching extends Pick<WrittenTexts, "body" | "defaultLanguage" | "texts" | "snippets"> {
  id: string;
  tenantId: string;
  smartEncoding: boolean;
  shortenLinks: boolean;
}

/** Returns launched campaigns whose audience is not completely frozen. */
export function launchingCampaigns(pipeline: Pipeline): Promise<Launching[]> {
  return pipeline<Launching[]>`
    select id, tenant_id as "tenantId", body, smart_encoding as "smartEncoding",
      shorten_links as "shortenLinks", ${pipeline.unsafe(TEXTS_COLUMNS)}
    from campaigns where status = 'launching' order by launched_at limit 50`;
}

/** Freezes the links of a launched text, so that each of its messages gets a short one. Before its first chunk. */
export const freezeCampaignLinks = (
  pipeline: Pipeline,
  campaign: Launching,
  publicUrl: string,
): Promise<void> =>
  transact(pipeline, (tx) => {
    const bodies = everyText(campaign).map(({ body }) => body);
    return freezeLinks((query) => runOnPipeline(tx, query), { ...campaign, bodies }, publicUrl);
  });

/**
 * Freezes the next chunk of the audience into send_jobs and saves its position, in one transaction. So a killed
 * launch continues where it was, and a second run adds nothing (one row per campaign and contact). `done` is true
 * once nobody is left, or when another worker freezes it or it was stopped; `audience` counts all frozen so far.
 */
export function freezeNextChunk(
  pipeline: Pipeline,
  campaignId: string,
  segmentsEstimate: number,
): Promise<{ added: number; audience: number; done: boolean }> {
  return transact(pipeline, async (tx) => {
    const [campaign] = await tx<CampaignRow[]>`
      select c.tenant_id as "tenantId", c.audience, c.materialize_cursor as cursor, c.launched_at as "launchedAt",
        c.quiet_hours as "quietHours", t.country, t.timezone, t.quiet_hours as "tenantHours",
        t.destination_hours as "destinationHours", t.trust_tenant_zone as "trustTenantZone",
        c.local_time as "localTime", c.spread_minutes as "spreadMinutes", c.year_days as "yearDays",
        c.series_id as "seriesId", c.canary, c.ab_test as "abTest", c.language, t.languages,
        (select count(*)::int + 1 from campaign_texts x
          where x.tenant_id = c.tenant_id and x.campaign_id = c.id and x.variant > 1 and x.language = '') as variants,
        (select ${tx.unsafe(OTHER_TEXTS)} from campaigns where id = c.id) as texts
      from campaigns c join tenants t on t.id = c.tenant_id
      where c.id = ${campaignId} and c.status = 'launching' for no key update of c skip locked`;
    if (!campaign) return { added: 0, audience: 0, done: true };
    const chunk = await insertChunk(tx, campaignId, campaign);
    const done = chunk.seen < CHUNK;
    const [frozen] = await tx<{ audience: number }[]>`
      update campaigns set
        materialize_cursor = ${done ? null : chunk.last}, audience_count = audience_count + ${chunk.added},
        segments_estimate = ${segmentsEstimate},
        status = ${done ? "running" : "launching"}, updated_at = now()
      where id = ${campaignId} returning audience_count as audience`;
    const { tenantId, canary, abTest, variants } = campaign;
    const { audience } = frozen!;
    if (done && (canary || abTest))
      await chooseFirstParts(tx, { id: campaignId, tenantId, audience, canary, abTest, variants });
    return { added: chunk.added, audience, done };
  });
}

interface CampaignRow extends SpokenCampaign {
  tenantId: string;
  audience: Audience;
  cursor: string | null;
  launchedAt: Date;
  quietHours: WeekSchedule | null;
  country: string;
  timezone: string;
  tenantHours: WeekSchedule;
  destinationHours: DestinationHours;
  trustTenantZone: boolean;
  localTime: LocalTime | null;
  spreadMinutes: number | null;
  yearDays: { field: string; days: string[] } | null;
  seriesId: string | null;
  canary: Canary | null;
  abTest: AbPlan | null;
  /** How many texts it has. */
  variants: number;
}

/**
 * Returns the audience as it was when the campaign was launched. A saved one is frozen into the campaign with the first
 * chunk: its version, and the definition with all audiences inside it.
 */
async function frozenAudience(
  tx: PipelineTransaction,
  campaignId: string,
  { audience, tenantId, launchedAt }: CampaignRow,
): Promise<Parameters<typeof compileKnown>[0]> {
  if (audience.kind !== "saved") return audience;
  if (audience.frozen) return { kind: "defined", definition: audience.frozen.definition };
  const saved = await runOnPipeline<VersionedDefinition>(tx, definitionsAsOf(tenantId, launchedAt));
  const { definition, name, version } = wholeOf(
    audience.audienceId,
    new Map(saved.map((one) => [one.id, one])),
  );
  const frozen: Audience = { ...audience, frozen: { version, name, definition } };
  await tx`update campaigns set audience = ${tx.json(frozen as never)} where id = ${campaignId}`;
  return { kind: "defined", definition };
}

/** Less than a year, because a date may be corrected; far more than a correction. */
const ONCE_A_YEAR_DAYS = 300;

/**
 * Leaves only those whose date it is, and nobody who is in an occurrence of the same series of the last months, or got it on
 * their number: a person gets a birthday's text at most once a year.
 */
function yearDaysOf(campaignId: string, { yearDays, seriesId, tenantId }: CampaignRow): SQL {
  if (!yearDays) return sql``;
  const since = sql`(select occurs_on - ${ONCE_A_YEAR_DAYS}::int from campaigns where id = ${campaignId}::uuid)`;
  const another = sql`o.tenant_id = ${tenantId}::uuid and o.series_id = ${seriesId}::uuid and o.id <> ${campaignId}::uuid
    and o.occurs_on > ${since}`;
  return sql`and right(c.custom ->> ${yearDays.field}::text, 5) = any(${sql.param(yearDays.days)}::text[])
    and not exists (select 1 from send_jobs j join campaigns o on o.id = j.campaign_id
      where j.contact_id = c.id and j.status not in ('failed', 'canceled') and ${another})
    and not exists (select 1 from send_attempts a join campaigns o on o.id = a.campaign_id
      where a.tenant_id = ${tenantId}::uuid and a.to_phone = c.phone_e164
        and a.claimed_at > clock_timestamp() - make_interval(days => ${ONCE_A_YEAR_DAYS}::int)
        and a.state in ('sending', 'accepted', 'unknown', 'presumed-sent') and ${another})`;
}

async function insertChunk(tx: PipelineTransaction, campaignId: string, campaign: CampaignRow) {
  const { tenantId, cursor, launchedAt, quietHours, country, timezone, tenantHours, destinationHours } =
    campaign;
  const launched = launchedAt.toISOString();
  const { joins, where } = compileKnown(await frozenAudience(tx, campaignId, campaign), {
    ...{ tenantId, now: launchedAt, zone: timezone },
  });
  const chunk = sql`
    select c.id, c.phone_e164, c.country, c.timezone, ${saidBy(campaign)} as said from contacts c ${joins}
    where c.tenant_id = ${tenantId}::uuid and c.id > ${cursor ?? "00000000-0000-0000-0000-000000000000"}::uuid
      and c.created_at <= (select launched_at from campaigns where id = ${campaignId}::uuid) and ${where}
      ${yearDaysOf(campaignId, campaign)}
    order by c.id limit ${CHUNK}::int`;
  const locations = await runOnPipeline<AudienceLocation>(
    tx,
    sql`select distinct timezone, country from (${chunk}) chunk`,
  );
  const book = await readRules(tx);
  const ordered = orderLocations(
    locations,
    { tenant: { country, quietHours: tenantHours, destinationHours, book }, campaign: quietHours },
    launchedAt,
  );
  const holds = isTimed(campaign) ? await holdsOf(tx, chunk, campaignId, { ...campaign, book }) : null;
  const dueAt = sql`${launched}::timestamptz - make_interval(secs => coalesce(locations."aheadMs", 0) / 1000)`;
  const { columns, values } = waitsFor(campaignId, campaign, holds, dueAt);
  const spoken = hasLanguages(campaign) ? await languagesIn(tx, chunk, campaign) : null;
  const [row] = await runOnPipeline<{ seen: number; added: number; last: string | null }>(
    tx,
    sql`
    with chunk as materialized (${chunk}), locations as (
      select * from jsonb_to_recordset((${JSON.stringify(ordered)}::text)::jsonb)
        as p (timezone text, country text, "aheadMs" float8)
    ), added as (
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, due_at${columns}
        ${spoken ? sql`, language, language_reason` : sql``})
      select ${tenantId}::uuid, ${campaignId}::uuid, chunk.id, chunk.phone_e164, chunk.country,
        -- A contact whose location changed between the two reads comes last.
        ${values} ${spoken ? sql`, nullif(spoken.language, ''), spoken.reason` : sql``}
      from chunk left join locations on (locations.timezone, locations.country) is not distinct from (chunk.timezone, chunk.country)
        ${holds ? sql`left join jsonb_to_recordset((${holds}::text)::jsonb) as held (id uuid, verdict jsonb) on held.id = chunk.id` : sql``}
        ${
          spoken
            ? sql`left join jsonb_to_recordset((${spoken}::text)::jsonb) as spoken (said text, country text, language text, reason text)
              on spoken.said = chunk.said and spoken.country = coalesce(chunk.country::text, '')`
            : sql``
        }
      order by chunk.id
      on conflict (campaign_id, contact_id) do nothing
      returning 1
    )
    select (select count(*)::int from chunk) as seen, (select count(*)::int from added) as added,
      (select id from chunk order by id desc limit 1) as last`,
  );
  return row!;
}

/** What a contact's field says about their language; empty: nothing. */
const saidBy = (campaign: CampaignRow): SQL =>
  hasLanguages(campaign) && campaign.languages.field !== null
    ? sql`coalesce(c.custom ->> ${campaign.languages.field}::text, '')`
    : sql`''::text`;

/**
 * Returns what a message has from the start: its due time, and what it waits for. All messages of a campaign with a first
 * part or an A/B test wait for that, with what comes then: its due time, or the hold until its own time.
 */
function waitsFor(
  campaignId: string,
  { canary, abTest, variants, launchedAt }: CampaignRow,
  holds: string | null,
  dueAt: SQL,
): { columns: SQL; values: SQL } {
  if (canary || abTest) {
    const text = abTest ? variantOf(campaignId, sql`chunk.id`, variants) : sql`null::smallint`;
    const verdict = { kind: "hold", gate: "send-time", reason: "First part", looked: {}, askedAlone: true };
    return {
      columns: sql`, draw, variant, hold_reason, gate, verdict`,
      values: sql`${WAITING_FROM}::timestamptz + make_interval(secs => ${drawOf(campaignId, sql`chunk.id`)} / 1000.0),
        ${drawOf(campaignId, sql`chunk.id`)}, ${text}, 'First part', 'send-time',
        ${JSON.stringify({ ...verdict, at: launchedAt })}::text::jsonb || jsonb_build_object('dueAt', ${dueAt}, 'then', ${holds ? sql`held.verdict` : sql`null::jsonb`})`,
    };
  }
  if (!holds) return { columns: sql``, values: dueAt };
  return {
    columns: sql`, hold_reason, gate, not_before, verdict`,
    values: sql`case when held.id is not null then (held.verdict ->> 'until')::timestamptz else ${dueAt} end,
      held.verdict ->> 'reason', held.verdict ->> 'gate', (held.verdict ->> 'until')::timestamptz, held.verdict`,
  };
}

/** Returns the holds of those in the chunk whose messages wait for a time of their own, as JSON. The claim asks again. */
async function holdsOf(
  tx: PipelineTransaction,
  chunk: SQL,
  campaignId: string,
  { timezone, country, trustTenantZone, book, ...campaign }: CampaignRow & { book: RuleBook },
): Promise<string> {
  const people = await runOnPipeline<ZonedPerson & { contactId: string }>(
    tx,
    sql`
    select c.id as "contactId", c.phone_e164 as "phoneE164", c.country, c.line_type as "lineType", c.state, c.postcode,
      c.address_country as "addressCountry", c.timezone, c.timezone_source as "timezoneSource"
    from (${chunk}) chunk join contacts c on c.id = chunk.id`,
  );
  const holds = freezeTimes(
    people,
    { ...campaign, id: campaignId },
    { timezone, country, trustTenantZone, book },
  );
  return JSON.stringify([...holds].map(([id, verdict]) => ({ id, verdict })));
}

/**
 * Completes running campaigns without messages that are queued, sending or unknown. A step of a flow runs again with its next
 * message. It rests before it is completed, so that a message queued at this moment does not stay in a completed one.
 */
export function completeCampaigns(pipeline: Pipeline): Promise<{ id: string }[]> {
  return pipeline<{ id: string }[]>`
    update campaigns set status = 'completed', completed_at = now(), updated_at = now()
    where id in (
      select c.id from campaigns c
      where c.status = any(${campaignStatusesBefore("completed")})
        and (c.kind <> 'flow' or c.updated_at < statement_timestamp() - interval '5 minutes') and not exists (
        select 1 from campaign_counters k
        where k.campaign_id = c.id and k.status in ('queued', 'sending', 'unknown')
        group by k.status having sum(k.jobs) > 0
      )
      order by c.id limit 100 for no key update skip locked
    )
    returning id`;
}

/**
 * Cancels messages that a canceled campaign still has in its queue: the caller may have died half-way, or a submitted
 * message returned (HTTP 429) after the queue was emptied. Returns how many.
 */
export async function cancelLeftovers(pipeline: Pipeline): Promise<number> {
  const canceled = await pipeline`
    update send_jobs set status = 'canceled', failure_reason = 'Canceled', hold_reason = null, not_before = null,
      final_at = clock_timestamp(), updated_at = clock_timestamp()
    where id in (
      select left_over.id from campaigns c cross join lateral (
        select j.id from send_jobs j where j.campaign_id = c.id and j.status = 'queued'
        order by j.due_at limit ${CHUNK} for no key update of j skip locked
      ) left_over
      where c.status = 'canceled' and exists (
        select 1 from campaign_counters k where k.campaign_id = c.id and k.status = 'queued'
        group by k.status having sum(k.jobs) > 0
      )
      limit ${CHUNK}
    ) and status = 'queued' returning 1`;
  return canceled.length;
}
