import type { Breach, Invariant } from "../evaluation/invariant.ts";
import { wallMoment } from "../plan/hours.ts";

interface TimedCampaign {
  id: string;
  launchedAt: number;
  localTime: { date: string; time: string; passed: string } | null;
  messagesPerMinute: number | null;
}

/** A ticket may wait this long in the queue. Then its lease ends, and its messages are paid for again. */
const LEASE_SECONDS = 30;
const WINDOW_SECONDS = 10;

/** Checked by the recipient's wall clock from Intl at the arrival, and by the claims of each ten seconds. */
export const ownTimes: Invariant = {
  name: "I13",
  says: "no message of a campaign with a time or a speed of its own goes before that time, or faster",
  async examine({ environment, sql, submissions, attempts }) {
    const timed = await sql<TimedCampaign[]>`
      select id, extract(epoch from launched_at)::float8 * 1000 as "launchedAt", local_time as "localTime",
        messages_per_minute as "messagesPerMinute"
      from campaigns where local_time is not null or messages_per_minute is not null`;
    const campaigns = new Map(timed.map((campaign) => [campaign.id, campaign]));
    const zones = new Map(
      environment.tenants.flatMap(({ id, people }) =>
        people.map(({ phone, zone }) => [`${id} ${phone}`, zone] as const),
      ),
    );
    const breaches: Breach[] = [];
    const claims = new Map<string, number[]>();
    let atLocalTimes = 0;
    for (const { attemptId, to, at, tenant } of submissions) {
      const attempt = attempts.get(attemptId);
      const campaign = attempt && campaigns.get(attempt.campaignId);
      if (!attempt || !campaign) continue;
      if (campaign.messagesPerMinute !== null)
        claims.set(campaign.id, [...(claims.get(campaign.id) ?? []), attempt.claimedAt]);
      const zone = tenant && zones.get(`${tenant.id} ${to}`);
      if (!campaign.localTime || !zone) continue;
      atLocalTimes += 1;
      const what = faultOf(campaign.localTime, wallMoment(zone, at), wallMoment(zone, campaign.launchedAt));
      if (what) breaches.push({ what: `${what} in ${zone}`, attemptId, to });
    }
    let limited = 0;
    for (const [id, times] of claims) {
      limited += times.length;
      const perMinute = campaigns.get(id)!.messagesPerMinute!;
      const most = mostInAWindow(times);
      const allowed = Math.ceil((perMinute * (WINDOW_SECONDS + LEASE_SECONDS + 1)) / 60) + 1;
      if (most > allowed)
        breaches.push({ what: `${most} messages of campaign ${id} went within ${WINDOW_SECONDS} s` });
    }
    return {
      tried: atLocalTimes + limited,
      cases: `${atLocalTimes} requests at local times, ${limited} with a speed limit of their own`,
      breaches,
    };
  },
};

function faultOf(
  { date, time, passed }: NonNullable<TimedCampaign["localTime"]>,
  arrived: string,
  launched: string,
): string | null {
  const wanted = `${date} ${time}`;
  if (arrived < wanted) return `arrived at ${arrived}, before ${wanted}`;
  // To the minute, it had passed at the launch.
  if (launched <= wanted) return null;
  if (passed === "skip") return `was sent, although ${wanted} had passed at the launch`;
  if (passed === "next-day" && arrived.slice(0, 10) <= date)
    return `arrived at ${arrived}, not at ${time} of the next day`;
  return null;
}

function mostInAWindow(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let from = 0;
  return sorted.reduce((most, at, index) => {
    while (sorted[from]! <= at - WINDOW_SECONDS * 1_000) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}
