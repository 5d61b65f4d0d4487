import { type Breach, type Invariant, violationsOf } from "../evaluation/invariant.ts";

/** Compared with the audiences that the run gave, not only with the product's own counts. */
export const addsUp: Invariant = {
  name: "I7",
  says: "audience = terminal + open; at rest, open is only unknown and held",
  async examine(evidence) {
    const { sql, environment } = evidence;
    const breaches: Breach[] = violationsOf(evidence, "audience", "state");
    const rows = await sql<
      {
        id: string;
        status: string;
        audience: number;
        restless: number;
        held: number;
        unknown: number;
        people: number;
      }[]
    >`
      select c.id, c.status, c.audience_count as audience, count(j.id)::int as people,
        count(*) filter (where j.status = 'sending' or (j.status = 'queued' and j.hold_reason is null))::int as restless,
        count(*) filter (where j.status = 'queued' and j.hold_reason is not null)::int as held,
        count(*) filter (where j.status = 'unknown')::int as unknown
      from campaigns c left join send_jobs j on j.campaign_id = c.id group by c.id`;
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const { id, audience, tenant } of environment.campaigns) {
      const row = byId.get(id);
      if (!row) breaches.push({ what: `a campaign of ${tenant.name} is gone` });
      else if (row.status !== "canceled" && row.people !== audience)
        breaches.push({
          what: `a campaign of ${tenant.name} (${row.status}) has ${row.people} messages for ${audience} people`,
        });
      if (row && row.restless > 0)
        breaches.push({
          what: `${row.restless} messages of ${tenant.name} are neither done nor held (campaign ${row.status})`,
        });
    }
    const [odd] = await sql<{ n: number }[]>`
      select count(*)::int as n from send_jobs where status = 'failed' and (failure_reason is null or gate is null)`;
    if (odd!.n > 0) breaches.push({ what: `${odd!.n} refused messages do not say why` });
    const sum = (of: (row: (typeof rows)[number]) => number) =>
      rows.reduce((total, row) => total + of(row), 0);
    return {
      tried: sum((row) => row.people),
      cases: `${sum((row) => row.people)} messages of ${rows.length} campaigns; open: ${sum((row) => row.held)} held, ${sum((row) => row.unknown)} unknown`,
      breaches,
    };
  },
};
