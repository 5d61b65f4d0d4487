import type { Invariant } from "../evaluation/invariant.ts";

/** Checked by the carrier's ledger for the steps, and by the rows at rest for who had left before. */
export const flowSteps: Invariant = {
  name: "I15",
  says: "each step of a flow goes to a person at most once, in order, and none is queued after they left",
  async examine({ sql, submissions, attempts }) {
    const steps = await sql<{ id: string; nth: number }[]>`
      select one.value as id, row_number() over (partition by v.flow_id order by one.key::int)::int as nth
      from flow_versions v, jsonb_each_text(v.campaigns) one`;
    const nthOf = new Map(steps.map(({ id, nth }) => [id, nth]));
    const breaches = [];
    const reached = new Map<string, number>();
    let tried = 0;
    for (const { attemptId, to } of submissions.toSorted((a, b) => a.at - b.at)) {
      const attempt = attempts.get(attemptId);
      const nth = attempt && nthOf.get(attempt.campaignId);
      // A request that the carrier refused with proof is repeated.
      if (!attempt || nth === undefined || attempt.state === "released") continue;
      tried += 1;
      const person = `${attempt.tenantId} ${to}`;
      const last = reached.get(person) ?? 0;
      if (attempt.sid !== null && nth <= last)
        breaches.push({ what: `step ${nth} after step ${last}`, attemptId, to });
      if (attempt.sid !== null) reached.set(person, nth);
    }
    const late = await sql<{ phone: string; flow: string }[]>`
      select p.phone_e164 as phone, p.flow_id as flow from flow_people p
      join flow_versions v on v.tenant_id = p.tenant_id and v.flow_id = p.flow_id and v.version = p.version
      cross join lateral jsonb_each_text(v.campaigns) one
      join send_jobs j on j.contact_id = p.contact_id and j.campaign_id = one.value::uuid
      where p.ended_at < j.created_at`;
    for (const { phone, flow } of late)
      breaches.push({ what: `a step of flow ${flow} was queued after they left`, to: phone });
    return { tried, cases: `${tried} requests of flow steps`, breaches };
  },
};
