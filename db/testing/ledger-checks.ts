import type { Pipeline } from "../postgres/connection.ts";

/**
 * Returns violations of what must be true between transactions; empty if there are none. Counters equal a recount
 * (I9), also those of minutes and contacts. Budgets and campaign bills equal the sums of the attempts (I4). All jobs
 * are in the audience (I7). Nobody has two attempts under way.
 */
export async function violations(sql: Pipeline): Promise<string[]> {
  const found = await Promise.all([
    sql`select 'counter' as what, campaign_id::text as id, status || ' ' || reason as detail, c.jobs as kept, r.jobs as counted
      from (select campaign_id, status, reason, sum(jobs)::int as jobs from campaign_counters group by 1, 2, 3) c
      full join (select campaign_id, status, send_job_reason(status, failure_reason, hold_reason) as reason,
        count(*)::int as jobs from send_jobs group by 1, 2, 3) r using (campaign_id, status, reason)
      where coalesce(c.jobs, 0) <> coalesce(r.jobs, 0)`,
    sql`select 'contact counter' as what, tenant_id::text as id, tag as detail, c.contacts as kept, r.contacts as counted
      from (select tenant_id, tag, sum(contacts)::int as contacts from contact_counters group by 1, 2) c
      full join (select tenant_id, tag, count(*)::int as contacts from contacts, unnest(array_remove(tags, '') || array['']) as tag
        where merged_into is null group by 1, 2) r using (tenant_id, tag)
      where coalesce(c.contacts, 0) <> coalesce(r.contacts, 0)`,
    sql`select 'budget' as what, b.tenant_id::text as id, 'of the day' as detail,
        (b.daily_reserved_cents * 10000)::bigint || '+' || (b.daily_spent_cents * 10000)::bigint as kept,
        coalesce(a.reserved, 0) || '+' || coalesce(a.spent, 0) as counted
      from budgets b left join (
        select tenant_id, budget_day, sum(reserved_micros)::bigint as reserved, sum(spent_micros)::bigint as spent
        from send_attempts group by 1, 2
      ) a on a.tenant_id = b.tenant_id and a.budget_day = b.local_day
      where (b.daily_reserved_cents * 10000, b.daily_spent_cents * 10000)
        is distinct from (coalesce(a.reserved, 0)::numeric, coalesce(a.spent, 0)::numeric)`,
    sql`select 'budget' as what, b.tenant_id::text as id, 'of the month' as detail,
        (b.monthly_reserved_cents * 10000)::bigint || '+' || (b.monthly_spent_cents * 10000)::bigint as kept,
        coalesce(a.reserved, 0) || '+' || coalesce(a.spent, 0) as counted
      from budgets b left join (
        select tenant_id, budget_month, sum(reserved_micros)::bigint as reserved, sum(spent_micros)::bigint as spent
        from send_attempts group by 1, 2
      ) a on a.tenant_id = b.tenant_id and a.budget_month = b.local_month
      where (b.monthly_reserved_cents * 10000, b.monthly_spent_cents * 10000)
        is distinct from (coalesce(a.reserved, 0)::numeric, coalesce(a.spent, 0)::numeric)`,
    sql`select 'bill' as what, a.campaign_id::text as id, 'campaign' as detail, s.reserved || '+' || s.spent as kept,
        a.reserved || '+' || a.spent as counted
      from (select campaign_id, sum(reserved_micros) as reserved, sum(spent_micros) as spent
        from campaign_spend group by 1) s
      right join (select campaign_id, sum(reserved_micros) as reserved, sum(spent_micros) as spent
        from send_attempts group by 1) a using (campaign_id)
      where (s.reserved, s.spent) is distinct from (a.reserved, a.spent)`,
    sql`select 'pace' as what, campaign_id::text as id, minute::text as detail, p.counts as kept, a.counts as counted
      from (select campaign_id, minute,
          concat_ws(' ', sum(handed_over), sum(delivered), sum(undelivered), sum(rejected)) as counts
        from campaign_pace group by 1, 2) p
      full join (select campaign_id, date_trunc('minute', claimed_at) as minute,
          concat_ws(' ', sum(n.handed_over), sum(n.delivered), sum(n.undelivered), sum(n.rejected)) as counts
        from send_attempts cross join lateral pace_of(state, carrier_status) n group by 1, 2) a using (campaign_id, minute)
      where coalesce(p.counts, '0 0 0 0') <> coalesce(a.counts, '0 0 0 0')`,
    sql`select 'audience' as what, c.id::text as id, c.status as detail, c.audience_count as kept, count(j.id)::int as counted
      from campaigns c left join send_jobs j on j.campaign_id = c.id
      group by c.id having c.audience_count <> count(j.id)`,
    sql`select 'under way twice' as what, send_job_id::text as id, '' as detail, 1 as kept, count(*)::int as counted
      from send_attempts where state = 'sending' group by send_job_id having count(*) > 1`,
    sql`select 'state' as what, j.id::text as id, j.status || ' against ' || a.state as detail, null as kept, null as counted
      from send_jobs j join send_attempts a on a.id = j.last_attempt_id
      where (j.status = 'sending') <> (a.state = 'sending') or (j.status = 'unknown' and a.state <> 'unknown')
        -- Queued, or refused by a gate: an operator asked for another attempt, and the old one's outcome is still unknown.
        or (a.state = 'unknown' and j.status not in ('unknown', 'queued', 'failed', 'canceled'))`,
  ]);
  return found.flat().map((row) => JSON.stringify(row));
}
