import { createHmac, randomBytes } from "node:crypto";
import { claimForSending } from "@smscrm/db/send/claim";
import { PUBLIC_URL, type TestServer, TOKEN } from "./test-api.ts";

/** Sends the carrier's signed webhook for a text that a person wrote. Throws if it is refused. */
export async function receiveText(server: TestServer, text: Record<"From" | "To" | "Body", string>) {
  const params: Record<string, string> = {
    ...{ MessageSid: `SM${randomBytes(16).toString("hex")}`, AccountSid: "AC1", ...text },
  };
  const url = `${PUBLIC_URL}/webhooks/twilio/inbound`;
  const signed = Object.keys(params)
    .sort()
    .reduce((all, name) => all + name + params[name], url);
  const answer = await server.app.request("/webhooks/twilio/inbound", {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": createHmac("sha1", TOKEN).update(signed).digest("base64"),
    },
    body: new URLSearchParams(params).toString(),
  });
  if (answer.status !== 200) throw new Error(`The text was answered with ${answer.status}.`);
}

/** Sends a tenant's campaign to one contact, and returns why it did not go; null if it went. */
export async function refusalOfCampaign(
  { sql }: TestServer,
  tenantId: string,
  { phone, contactId }: { phone: string; contactId: string },
): Promise<string | null> {
  const [campaign] = await sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, audience_count, launched_at)
    values (${tenantId}, 'Sale', 'Sale! Reply STOP to opt out', '{"kind":"all"}', 'running', 1, now()) returning id`;
  const [job] = await sql<{ id: string }[]>`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    values (${tenantId}, ${campaign!.id}, ${contactId}, ${phone}, 'AU') returning id`;
  const { messages } = await claimForSending(sql, tenantId, [job!.id]);
  if (messages.length === 1) return null;
  const [refused] = await sql<{ reason: string }[]>`
    select failure_reason as reason from send_jobs where id = ${job!.id}`;
  return refused!.reason;
}
