import type { Breach, Invariant } from "../evaluation/invariant.ts";

interface PartAttempt {
  attemptId: string;
  campaignId: string;
  step: "canary" | "test";
  draw: number;
  upToDraw: number;
  /** When the rest was let go; null: it was not. */
  decidedAt: number | null;
  /** Of an A/B test: the text that the message should have had, and the one that it had. */
  text: number | null;
  sentText: number;
}

/**
 * Checked by the draw of each message that reached the carrier, and the time of its claim; of an A/B test by its text too. The
 * second text of every test begins with a B.
 */
export const firstParts: Invariant = {
  name: "I14",
  says: "nobody of the rest is claimed before its first part or A/B test is decided about, and each gets the text that is theirs",
  async examine({ sql, submissions, attempts }) {
    const rows = await sql<PartAttempt[]>`
      select a.id as "attemptId", a.campaign_id as "campaignId", f.step, j.draw, f.up_to_draw as "upToDraw",
        case when f.state = 'open' then extract(epoch from f.decided_at)::float8 * 1000 end as "decidedAt",
        case when j.draw <= f.up_to_draw then j.variant else c.winner end as text,
        case when a.body like 'B of %' then 2 else 1 end as "sentText"
      from first_parts f
      join campaigns c on c.tenant_id = f.tenant_id and c.id = f.campaign_id
      join send_attempts a on a.tenant_id = f.tenant_id and a.campaign_id = f.campaign_id
      join send_jobs j on j.id = a.send_job_id`;
    const known = Map.groupBy(rows, ({ attemptId }) => attemptId);
    const breaches: Breach[] = [];
    let first = 0;
    let rest = 0;
    let texts = 0;
    for (const { attemptId, to } of submissions) {
      const claimedAt = attempts.get(attemptId)?.claimedAt;
      if (claimedAt === undefined) continue;
      for (const part of known.get(attemptId) ?? []) {
        const breach = (what: string) =>
          breaches.push({ what: `campaign ${part.campaignId} ${what}`, attemptId, to });
        if (part.step === "test") {
          texts += 1;
          if (part.text !== part.sentText)
            breach(`sent text ${part.sentText} to somebody whose text is ${part.text ?? "not chosen"}`);
        }
        if (part.draw <= part.upToDraw) {
          first += 1;
          continue;
        }
        rest += 1;
        if (part.decidedAt === null || claimedAt < part.decidedAt)
          breach(`went to the rest of its ${part.step} before a decision`);
      }
    }
    const cases = `${first} requests of first parts, ${rest} of the rest, ${texts} with one of several texts`;
    return { tried: first + rest, cases, breaches };
  },
};
