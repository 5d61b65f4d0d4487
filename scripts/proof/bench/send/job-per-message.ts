// One BullMQ job per message on Redis: the same gates, the same rows and the same carrier, one message at a time. The
// jobs are on the queue before the measurement. Takes one JSON argument and prints {"seconds"}.

import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "@smscrm/core/process/environment";
import { outcomeOf } from "@smscrm/core/send/submission-outcome";
import { openPipeline } from "@smscrm/db/postgres/connection";
import { claimForSending } from "@smscrm/db/send/claim";
import { settleSends } from "@smscrm/db/send/settle";
import { twilioCarrier } from "@smscrm/worker/carrier/carrier";
import { release } from "./audience.ts";
import { drain } from "./drain.ts";

const { url, redisUrl, port, inFlight, messages } = JSON.parse(process.argv[2]!) as {
  url: string;
  redisUrl: string;
  port: number;
  inFlight: number;
  messages: number;
};
const sql = openPipeline(url, { name: "job per message", max: 24 });
const carrier = twilioCarrier({
  accountSid: SIMULATOR_ACCOUNT_SID,
  authToken: SIMULATOR_AUTH_TOKEN,
  origin: `http://127.0.0.1:${port}`,
  publicUrl: "http://127.0.0.1:3000",
});

interface MessageJob {
  tenantId: string;
  jobId: string;
}

async function send({ tenantId, jobId }: MessageJob): Promise<void> {
  const { messages: claimed } = await claimForSending(sql, tenantId, [jobId]);
  for (const message of claimed) {
    const submittedAt = new Date();
    const answer = await carrier.submit(message);
    await settleSends(sql, [outcomeOf(message.attemptId, answer, submittedAt, new Date()).result]);
  }
}

async function sendAll(name: string, most: number): Promise<number> {
  await release(sql, name);
  // In the order that a launch leaves: the tenants' messages alternate.
  const jobs = await sql<MessageJob[]>`
    select j.tenant_id as "tenantId", j.id as "jobId" from send_jobs j join campaigns c on c.id = j.campaign_id
    where c.name = ${name} order by row_number() over (partition by j.tenant_id order by j.id) limit ${most}`;
  return drain({ redisUrl, queue: `bench-${name}`, inFlight }, [...jobs], send);
}

await sendAll("warm", 1_000);
await fetch(`http://127.0.0.1:${port}/count`);
const seconds = await sendAll("measured", messages);
const [sent] = await sql<{ sent: number }[]>`
  select coalesce(sum(k.jobs), 0)::int as sent from campaign_counters k join campaigns c on c.id = k.campaign_id
  where c.name = 'measured' and k.status = 'sent'`;
if (sent!.sent !== messages) throw new Error(`Only ${sent!.sent} of ${messages} were sent`);
await sql.end();
console.log(JSON.stringify({ seconds }));
