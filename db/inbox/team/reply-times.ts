import { workingSeconds } from "@smscrm/core/inbox/working-time";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { isValidZone } from "@smscrm/core/time/time-zone";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import type { Member } from "../inbox.ts";

/**
 * Notes how long a person waited for this reply, if it is the first since they wrote: from the first of their texts that no
 * reply came after and that nobody closed. A person must have been meant to read it: a STOP waits for no reply.
 */
export async function noteReplyTime(
  tx: TenantTransaction,
  { tenantId, userId }: Member,
  { replyId, sendJobId, phone, contactId }: Record<"replyId" | "sendJobId" | "phone" | "contactId", string>,
): Promise<void> {
  const [asked] = await tx.execute<{
    askedAt: string;
    now: string;
    teamId: string | null;
    hours: WeekSchedule | null;
    zone: string;
  }>(sql`
    select m.created_at as "askedAt", clock_timestamp() as now, c.team_id as "teamId", s.working_hours as hours, t.timezone as zone
    from conversations c
    join tenants t on t.id = c.tenant_id
    left join inbox_settings s on s.tenant_id = c.tenant_id
    cross join lateral (
      select i.created_at from inbound_messages i
      where i.tenant_id = c.tenant_id and i.from_phone = c.phone_e164 and is_unread(i.kind, null) = 1
        and i.id > coalesce(greatest(c.closed_up_to, (
          select j.id from send_jobs j join campaigns r on r.id = j.campaign_id and r.kind = 'reply' and r.status <> 'canceled'
          where j.tenant_id = c.tenant_id and j.contact_id = ${contactId} and j.id < ${sendJobId}
          order by j.id desc limit 1)), '00000000-0000-0000-0000-000000000000')
      order by i.id limit 1) m
    where c.tenant_id = ${tenantId} and c.phone_e164 = ${phone}`);
  if (!asked) return;
  const [from, to] = [new Date(asked.askedAt), new Date(asked.now)];
  const zone = isValidZone(asked.zone) ? asked.zone : "UTC";
  await tx.execute(sql`
    insert into reply_times (tenant_id, reply_id, user_id, team_id, asked_at, answered_at, clock_seconds, working_seconds)
    values (${tenantId}, ${replyId}, ${userId}, ${asked.teamId}, ${asked.askedAt}, ${asked.now},
      ${workingSeconds(null, zone, from, to)}, ${workingSeconds(asked.hours, zone, from, to)})
    on conflict do nothing`);
}

/** Forgets the time of a reply that was taken back: the person still waits. */
export async function forgetReplyTime(
  tx: TenantTransaction,
  tenantId: string,
  replyId: string,
): Promise<void> {
  await tx.execute(sql`delete from reply_times where tenant_id = ${tenantId} and reply_id = ${replyId}`);
}

/** How long people waited for a first reply, in seconds. */
interface ReplyTimes {
  replies: number;
  /** By the clock. */
  median: number;
  p90: number;
  /** In working hours. */
  workingMedian: number;
  workingP90: number;
}

export interface ReplyTimeFigures {
  all: ReplyTimes | null;
  members: (ReplyTimes & { id: string; name: string | null })[];
  teams: (ReplyTimes & { id: string; name: string | null })[];
}

/** Returns the figures of the replies of the last days: of all, of each member and of each team. */
export async function readReplyTimes(
  tx: TenantTransaction,
  tenantId: string,
  days: number,
): Promise<ReplyTimeFigures> {
  const rows = await tx.execute<
    ReplyTimes & {
      userId: string | null;
      teamId: string | null;
      name: string | null;
      level: number;
    } & Record<string, unknown>
  >(sql`
    select f.*, case when f.level = 1 then (select u.name from users u where u.id = f."userId")
      else (select t.name from teams t where t.tenant_id = ${tenantId} and t.id = f."teamId") end as name
    from (
      select user_id as "userId", team_id as "teamId", grouping(user_id, team_id) as level, count(*)::int as replies,
        percentile_disc(0.5) within group (order by clock_seconds) as median,
        percentile_disc(0.9) within group (order by clock_seconds) as p90,
        percentile_disc(0.5) within group (order by working_seconds) as "workingMedian",
        percentile_disc(0.9) within group (order by working_seconds) as "workingP90"
      from reply_times where tenant_id = ${tenantId} and answered_at > now() - make_interval(days => ${days})
      group by grouping sets ((), (user_id), (team_id))
    ) f order by f.replies desc, name limit 500`);
  const shown = ({ userId: _, teamId: __, name: ___, level: ____, ...figures }: (typeof rows)[number]) =>
    figures as ReplyTimes;
  const all = rows.find(({ level }) => level === 3);
  return {
    all: all && all.replies > 0 ? shown(all) : null,
    members: rows.flatMap((row) => (row.userId ? [{ ...shown(row), id: row.userId, name: row.name }] : [])),
    teams: rows.flatMap((row) => (row.teamId ? [{ ...shown(row), id: row.teamId, name: row.name }] : [])),
  };
}
