import type { MemberRole, Role } from "@smscrm/core/process/roles";
import { ACTIONS, type Action } from "@smscrm/core/process/roles";
import { type Cadence, lastWhole } from "@smscrm/core/reports/period";
import { and, eq } from "drizzle-orm";
import type { Pipeline, TenantTransaction } from "../postgres/connection.ts";
import { reportSchedules } from "../schema/index.ts";

/** Which reports a member gets by mail. */
export async function readSchedules(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
): Promise<Cadence[]> {
  const rows = await tx
    .select({ cadence: reportSchedules.cadence })
    .from(reportSchedules)
    .where(and(eq(reportSchedules.tenantId, tenantId), eq(reportSchedules.userId, userId)));
  return rows.map(({ cadence }) => cadence).sort();
}

/** Turns a member's own report by mail on or off. Returns whether that changed anything. */
export async function setSchedule(
  tx: TenantTransaction,
  tenantId: string,
  { userId, cadence, isOn }: { userId: string; cadence: Cadence; isOn: boolean },
): Promise<boolean> {
  if (isOn) {
    const added = await tx
      .insert(reportSchedules)
      .values({ tenantId, userId, cadence })
      .onConflictDoNothing()
      .returning({ cadence: reportSchedules.cadence });
    return added.length > 0;
  }
  const gone = await tx
    .delete(reportSchedules)
    .where(
      and(
        eq(reportSchedules.tenantId, tenantId),
        eq(reportSchedules.userId, userId),
        eq(reportSchedules.cadence, cadence),
      ),
    )
    .returning({ cadence: reportSchedules.cadence });
  return gone.length > 0;
}

/** By this hour of the local day the period before is counted, and people are at work. */
const MAIL_HOUR = 7;
const SCHEDULES_PER_ROUND = 500;

/**
 * Adds a row for each member's period that is over and has none yet: only periods that ended after the member asked for them.
 * `now` is the database's clock unless a test sets it.
 */
export async function addDueMails(sql: Pipeline, now?: Date): Promise<number> {
  const schedules = await sql<ScheduleRow[]>`
    select s.tenant_id as "tenantId", s.user_id as "userId", s.cadence, local.at::date::text as today,
      (s.created_at at time zone zone)::date::text as "askedOn"
    from (select coalesce(${now ?? null}::timestamptz, clock_timestamp()) as at) clock, report_schedules s
    join tenants t on t.id = s.tenant_id, lateral (select report_zone(t.timezone) as zone) z,
    lateral (select clock.at at time zone zone - make_interval(hours => ${MAIL_HOUR}) as at) local
    where not exists (select 1 from report_mails m where m.tenant_id = s.tenant_id and m.user_id = s.user_id
      and m.cadence = s.cadence and m.period_start >= case s.cadence
        when 'week' then (date_trunc('week', local.at) - interval '1 week')::date
        else (date_trunc('month', local.at) - interval '1 month')::date end)
    limit ${SCHEDULES_PER_ROUND}`;
  const due = schedules.flatMap(({ today, askedOn, ...schedule }) => {
    const { from, to } = lastWhole(schedule.cadence, today);
    return to >= askedOn ? [{ ...schedule, from }] : [];
  });
  if (due.length === 0) return 0;
  const added = await sql`
    insert into report_mails (tenant_id, user_id, cadence, period_start)
    select * from unnest(${due.map((one) => one.tenantId)}::uuid[], ${due.map((one) => one.userId)}::uuid[],
      ${due.map((one) => one.cadence)}::text[], ${due.map((one) => one.from)}::date[]) as d (tenant_id, user_id, cadence, period_start)
    -- A member may have turned it off since.
    where exists (select 1 from report_schedules s
      where s.tenant_id = d.tenant_id and s.user_id = d.user_id and s.cadence = d.cadence)
    on conflict do nothing returning 1`;
  return added.length;
}

interface ScheduleRow {
  tenantId: string;
  userId: string;
  cadence: Cadence;
  today: string;
  askedOn: string;
}

/** A mail that this process has taken: nobody else sends it for ten minutes. */
export interface DueMail {
  tenantId: string;
  userId: string;
  cadence: Cadence;
  periodStart: string;
  tenant: string;
  currency: string;
  email: string;
  /** Null: no member any more, or the account is disabled. */
  member: MemberRole | null;
}

const TAKEN_MINUTES = 10;
const TRIES_MAX = 6;

/** Takes the next mail. If this process dies before `endMail`, another sends it after ten minutes. */
export async function takeMail(sql: Pipeline): Promise<DueMail | null> {
  const [row] = await sql<
    (Omit<DueMail, "member"> & {
      role: Role | null;
      roleId: string | null;
      roleName: string;
      actions: string[];
    })[]
  >`
    with next as (
      select tenant_id, user_id, cadence, period_start from report_mails
      where sent_at is null and dropped_reason is null and coalesce(taken_until, '-infinity') < clock_timestamp()
      order by created_at limit 1 for update skip locked
    ), taken as (
      update report_mails m set taken_until = clock_timestamp() + make_interval(mins => ${TAKEN_MINUTES}), tries = m.tries + 1
      from next n where m.tenant_id = n.tenant_id and m.user_id = n.user_id and m.cadence = n.cadence
        and m.period_start = n.period_start returning m.*
    )
    select k.tenant_id as "tenantId", k.user_id as "userId", k.cadence, k.period_start::text as "periodStart",
      t.name as tenant, t.currency, u.email, p.role, r.id as "roleId", r.name as "roleName", r.actions
    from taken k join tenants t on t.id = k.tenant_id join users u on u.id = k.user_id
    left join memberships p on p.tenant_id = k.tenant_id and p.user_id = k.user_id and u.disabled_at is null and p.expires_at is null
    left join custom_roles r on r.tenant_id = p.tenant_id and r.id = p.custom_role_id`;
  if (!row) return null;
  const { role, roleId, roleName, actions, ...mail } = row;
  const customRole = roleId
    ? { id: roleId, name: roleName, actions: ACTIONS.filter((action: Action) => actions.includes(action)) }
    : null;
  return { ...mail, member: role && { role, customRole } };
}

/** Records what became of a mail: sent, dropped for good with a reason, or to be tried again, at most six times. */
export async function endMail(
  sql: Pipeline,
  {
    tenantId,
    userId,
    cadence,
    periodStart,
  }: Pick<DueMail, "tenantId" | "userId" | "cadence" | "periodStart">,
  end: { kind: "sent" } | { kind: "dropped"; reason: string } | { kind: "again"; reason: string },
): Promise<void> {
  const reason = end.kind === "sent" ? null : end.reason;
  await sql`
    update report_mails set
      sent_at = case when ${end.kind === "sent"} then clock_timestamp() end,
      dropped_reason = case when ${end.kind === "dropped"} or ${end.kind === "again"} and tries >= ${TRIES_MAX} then ${reason}::text end
    where tenant_id = ${tenantId} and user_id = ${userId} and cadence = ${cadence} and period_start = ${periodStart}`;
}
