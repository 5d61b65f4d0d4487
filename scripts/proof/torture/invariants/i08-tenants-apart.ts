import type { Breach, Invariant } from "../evaluation/invariant.ts";

/**
 * Compares rows with rows, the ledger's numbers with the tenants' contacts, and checks what the trespassing phase
 * reached.
 */
export const tenantsApart: Invariant = {
  name: "I8",
  says: "no row crosses a tenant",
  async examine({ sql, environment, submissions, attempts }) {
    const breaches: Breach[] = [];
    for (const { what, succeeded } of environment.trespasses)
      if (succeeded) breaches.push({ what: `${what}: ${succeeded}` });
    const people = new Map(
      environment.tenants.map(({ id, people }) => [id, new Set(people.map(({ phone }) => phone))]),
    );
    for (const { tenant, to, from, attemptId } of submissions) {
      if (!tenant || !people.get(tenant.id)?.has(to))
        breaches.push({ what: `${from} texted a person whom its tenant does not know`, attemptId, to });
      const owner = attempts.get(attemptId)?.tenantId;
      if (tenant && owner && owner !== tenant.id)
        breaches.push({ what: `${tenant.name}'s number sent another tenant's message`, attemptId, to });
    }
    const crossing = await sql<{ what: string; n: number }[]>`
      select 'jobs under another tenant''s campaign' as what, count(*)::int as n
        from send_jobs j join campaigns c on c.id = j.campaign_id where c.tenant_id <> j.tenant_id
      union all select 'jobs to another tenant''s contact', count(*)::int
        from send_jobs j join contacts c on c.id = j.contact_id where c.tenant_id <> j.tenant_id
      union all select 'attempts of another tenant''s job', count(*)::int
        from send_attempts a join send_jobs j on j.id = a.send_job_id where j.tenant_id <> a.tenant_id
      union all select 'attempts from another tenant''s number', count(*)::int
        from send_attempts a join sending_numbers n on n.id = a.sending_number_id where n.tenant_id <> a.tenant_id
      union all select 'callbacks of another tenant''s attempt', count(*)::int
        from webhook_events e join send_attempts a on a.id = e.attempt_id
        where e.signature_valid and e.tenant_id is not null and e.tenant_id <> a.tenant_id
      union all select 'texts to another tenant''s number', count(*)::int
        from inbound_messages m join sending_numbers n on n.phone_e164 = m.to_phone where m.tenant_id <> n.tenant_id
      union all select 'people who are on a list without having told that tenant', count(*)::int
        from do_not_contact d where d.source = 'reply' and not exists (
          select 1 from inbound_messages m where m.tenant_id = d.tenant_id and m.from_phone = d.phone_e164)`;
    for (const { what, n } of crossing) if (n > 0) breaches.push({ what: `${n} ${what}` });
    return {
      tried: submissions.length + environment.trespasses.length,
      cases: `${submissions.length} requests, ${crossing.length} joins, ${environment.trespasses.length} trespasses`,
      breaches,
    };
  },
};
