import { createHash } from "node:crypto";
import type { AbPlan } from "@smscrm/core/campaigns/ab-test/ab-test";
import {
  type CampaignCopy,
  type CopiedAudience,
  canonicalCopy,
  type GivenApproval,
  type LaunchLimits,
} from "@smscrm/core/campaigns/approval";
import type { Canary } from "@smscrm/core/campaigns/first-part/first-part";
import type { LocalTime } from "@smscrm/core/campaigns/timing/local-time";
import type { MessagePurpose } from "@smscrm/core/consent/terms";
import type { MemberRole, Role } from "@smscrm/core/process/roles";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { type SQL, sql } from "drizzle-orm";
import { compileKnown, wholeOf } from "../audiences/members.ts";
import { definitionsAsOf, type VersionedDefinition } from "../audiences/versions.ts";
import type { Audience, SeenCampaign } from "../schema/index.ts";
import { memberRole, type StoredRole } from "../users/member-roles.ts";
import type { Run } from "./run.ts";
import { writtenTexts } from "./texts/campaign-texts.ts";

export { onPipeline, onTenant, type Run } from "./run.ts";

/** Times as text in UTC to the millisecond: both roles' drivers return the same. */
const utc = (column: SQL) => sql`to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export interface CampaignState {
  id: string;
  name: string;
  body: string;
  language: string;
  audience: Audience;
  purpose: MessagePurpose;
  topic: string | null;
  quietHours: WeekSchedule | null;
  smartEncoding: boolean;
  shortenLinks: boolean;
  expiresAt: string | null;
  localTime: LocalTime | null;
  spreadMinutes: number | null;
  messagesPerMinute: number | null;
  canary: Canary | null;
  abTest: AbPlan | null;
  status: string;
  updatedAt: string;
  editedBy: string | null;
}

/**
 * Locks a campaign until the end of the transaction and returns it as it is then. Whatever decides about a launch locks it
 * first, so that nobody changes the text between the decision and the launch. Null: there is none.
 */
export const lockCampaign = (run: Run, tenantId: string, campaignId: string) =>
  readState(run, tenantId, campaignId, sql`for no key update`);

/** Returns a campaign as it is, without a lock: to show it. */
export const readCampaignState = (run: Run, tenantId: string, campaignId: string) =>
  readState(run, tenantId, campaignId, sql``);

async function readState(
  run: Run,
  tenantId: string,
  campaignId: string,
  lock: SQL,
): Promise<CampaignState | null> {
  const [row] = await run<CampaignState>(sql`
    select id, name, body, language, audience, purpose, topic, quiet_hours as "quietHours", smart_encoding as "smartEncoding",
      shorten_links as "shortenLinks",
      ${utc(sql`expires_at`)} as "expiresAt", local_time as "localTime", spread_minutes as "spreadMinutes",
      messages_per_minute as "messagesPerMinute", canary, ab_test as "abTest", status, ${utc(sql`updated_at`)} as "updatedAt",
      coalesce(edited_by, created_by) as "editedBy"
    from campaigns where tenant_id = ${tenantId} and id = ${campaignId} ${lock}`);
  return row ?? null;
}

/** Returns all of a campaign that an approval is about, with every text. Throws `AudienceGone` for a saved audience that was removed. */
export async function copyCampaign(
  run: Run,
  tenantId: string,
  campaign: CampaignState,
  launch: { at: string | null; overrideReason: string | null },
): Promise<CampaignCopy> {
  const { name, body, purpose, topic, quietHours, smartEncoding, expiresAt } = campaign;
  const { localTime, spreadMinutes, messagesPerMinute, shortenLinks, canary, abTest } = campaign;
  const { texts, snippets } = await writtenTexts(run, tenantId, campaign.id, { forLaunch: true });
  return {
    ...{ name, body, purpose, topic, quietHours, smartEncoding, expiresAt },
    ...{ localTime, spreadMinutes, messagesPerMinute, canary },
    ...(shortenLinks && { shortenLinks }),
    ...(abTest && { abTest }),
    ...(campaign.language !== "" && { language: campaign.language }),
    ...(texts.length > 0 && { texts }),
    ...(snippets.length > 0 && { snippets }),
    audience: await copyAudience(run, tenantId, campaign.audience),
    senders: await run(sql`
      select id, phone_e164 as number, country from sending_numbers
      where tenant_id = ${tenantId} and status = 'active' order by id`),
    launchAt: launch.at,
    overrideReason: launch.overrideReason,
  };
}

async function copyAudience(run: Run, tenantId: string, audience: Audience): Promise<CopiedAudience> {
  if (audience.kind !== "saved") return audience;
  const saved = await run<VersionedDefinition>(definitionsAsOf(tenantId, null));
  const { id, name, version, definition } = wholeOf(
    audience.audienceId,
    new Map(saved.map((one) => [one.id, one])),
  );
  return { kind: "saved", audienceId: id, name, version, definition };
}

/** Returns the audience as a launch stores it: of a saved one, the definition that was decided about. */
export const frozenAs = (audience: CopiedAudience): Audience => {
  if (audience.kind !== "saved") return audience;
  const { audienceId, version, name, definition } = audience;
  return { kind: "saved", audienceId, frozen: { version, name, definition } };
};

/** Counts the contacts of an audience that was copied; of them only those of `also`. */
export async function countCopied(
  run: Run,
  tenantId: string,
  audience: CopiedAudience,
  now: Date,
  also: SQL = sql`true`,
): Promise<number> {
  const [tenant] = await run<{ zone: string }>(
    sql`select timezone as zone from tenants where id = ${tenantId}`,
  );
  const known =
    audience.kind === "saved" ? { kind: "defined" as const, definition: audience.definition } : audience;
  const { joins, where } = compileKnown(known, { tenantId, now, zone: tenant!.zone });
  const [row] = await run<{ contacts: number }>(sql`
    select count(*)::int as contacts from contacts c ${joins} where c.tenant_id = ${tenantId}::uuid and ${where} and ${also}`);
  return row!.contacts;
}

/** Returns what roles may launch alone, and the role of a member now; null: they are no member any more. */
export async function readLaunchRights(
  run: Run,
  tenantId: string,
  userId: string | null,
): Promise<{ limits: LaunchLimits; member: MemberRole | null }> {
  const [row] = await run<{ limits: LaunchLimits; role: Role | null; stored: StoredRole }>(sql`
    select t.launch_limits as limits, m.role, case when r.id is null then null
      else json_build_object('id', r.id, 'name', r.name, 'actions', r.actions) end as stored
    from tenants t
    left join memberships m on m.tenant_id = t.id and m.user_id = ${userId}::uuid and m.expires_at is null
    left join custom_roles r on r.tenant_id = t.id and r.id = m.custom_role_id
    where t.id = ${tenantId}::uuid`);
  const { limits, role, stored } = row!;
  return { limits, member: role === null ? null : memberRole(role, stored) };
}

/** Returns the approval that a campaign has, or null. A stored copy that no longer fits its hash is none. */
export async function readGivenApproval(
  run: Run,
  tenantId: string,
  campaignId: string,
): Promise<(GivenApproval & { id: string; fingerprint: string }) | null> {
  const [row] = await run<{
    id: string;
    seen: SeenCampaign;
    recipients: number;
    fingerprint: string;
    decidedAt: string;
  }>(sql`
    select id, seen, recipients, fingerprint, ${utc(sql`decided_at`)} as "decidedAt" from launch_approvals
    where tenant_id = ${tenantId} and campaign_id = ${campaignId} and status = 'approved' and ended_at is null
    for update`);
  if (!row || fingerprintOf(row.seen, row.recipients) !== row.fingerprint) return null;
  const { id, fingerprint, recipients } = row;
  return { id, fingerprint, recipients, copy: row.seen.copy, decidedAt: new Date(row.decidedAt) };
}

/** Returns the hash of what was seen, in hex. */
export const fingerprintOf = (seen: SeenCampaign, recipients: number): string =>
  createHash("sha256").update(canonicalCopy({ seen, recipients })).digest("hex");
