import type { Breach, Invariant } from "../evaluation/invariant.ts";

interface PartAttempt {
  attemptId: string;
  campaignId: string;
  draw: number;
  upToDraw: number;
  /** When the rest was let go; null: it was not. */
  decidedAt: number | null;
}

/** Checked by the draw of each message that reached the carrier, and the time of its claim. */
export const firstParts: Invariant = {
  name: "I14",
  says: "nobody of the rest of a campaign is claimed before its first part is decided about",
  async examine({ sql, submissions, attempts }) {
    const rows = await sql<PartAttempt[]>`
      select a.id as "attemptId", a.campaign_id as "campaignId", j.draw, f.up_to_draw as "upToDraw",
        case when f.state = 'open' then extract(epoch from f.decided_at)::float8 * 1000 end as "decidedAt"
      from first_parts f
      join send_attempts a on a.tenant_id = f.tenant_id and a.campaign_id = f.campaign_id
      join send_jobs j on j.id = a.send_job_id`;
    const known = new Map(rows.map((row) => [row.attemptId, row]));
    const breaches: Breach[] = [];
    let first = 0;
    let rest = 0;
    for (const { attemptId, to } of submissions) {
      const part = known.get(attemptId);
      const claimedAt = attempts.get(attemptId)?.claimedAt;
      if (!part || claimedAt === undefined) continue;
      if (part.draw <= part.upToDraw) {
        first += 1;
        continue;
      }
      rest += 1;
      if (part.decidedAt === null || claimedAt < part.decidedAt)
        breaches.push({
          what: `campaign ${part.campaignId} went to the rest before a decision`,
          attemptId,
          to,
        });
    }
    return { tried: first + rest, cases: `${first} requests of first parts, ${rest} of the rest`, breaches };
  },
};
