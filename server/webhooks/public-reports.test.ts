import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addContacts, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";
import { receiveText, refusalOfCampaign } from "../testing/texts.ts";

/** What replies did to people elsewhere, from the carrier's webhook on. Each names its public report. */

let server: TestServer;
const OURS = "+61444000300";
const THEIRS = "+61444000301";
let [ours, theirs] = ["", ""];
beforeAll(async () => {
  server = await startTestServer();
  [ours, theirs] = [await createTenant(server.sql, "acme"), await createTenant(server.sql, "other")];
  for (const [tenantId, phone] of [
    [ours, OURS],
    [theirs, THEIRS],
  ])
    await server.sql`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
      values (${tenantId!}, ${phone!}, 'AU', 1000, 1000)`;
  await server.sql`
    update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))}`;
});
afterAll(() => server.close());

let people = 0;
/** A person whom both tenants know. */
async function newPerson(): Promise<string> {
  const phone = `+6149159${String(1000 + ++people)}`;
  for (const tenantId of [ours, theirs]) await addContacts(server.sql, tenantId, [phone]);
  return phone;
}

const receives = (From: string, Body: string, To = OURS) => receiveText(server, { From, To, Body });

/** Why a tenant's campaign does not text a person; null if it does. */
async function refusal(tenantId: string, phone: string): Promise<string | null> {
  const [contact] = await server.sql<{ id: string }[]>`
    select id from contacts where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  return refusalOfCampaign(server, tenantId, { phone, contactId: contact!.id });
}

const listed = async (tenantId: string) =>
  (
    await server.sql<{ phone: string }[]>`
      select phone_e164 as phone from do_not_contact where tenant_id = ${tenantId}`
  ).map(({ phone }) => phone);
const answersTo = async (phone: string) => {
  const [row] = await server.sql<{ answers: number }[]>`
    select count(*)::int as answers from campaigns c join send_jobs j on j.campaign_id = c.id
    where j.phone_e164 = ${phone} and c.kind in ('answer', 'confirmation')`;
  return row!.answers;
};

describe("a phone's reaction to our text opts nobody out", () => {
  it.each([
    ["https://github.com/moezbhatti/qksms/issues/1330", "Liked “Sale! Reply STOP to opt out”"],
    ["https://github.com/moezbhatti/qksms/issues/1330", "Laughed at “Sale! Reply STOP to opt out”"],
    ["https://github.com/FossifyOrg/Messages/issues/190", "Emphasized “Sale! Reply STOP to opt out”"],
    ["https://github.com/FossifyOrg/Messages/issues/190", "Questioned “Sale! Reply STOP to opt out”"],
    ["https://github.com/GrapheneOS/Messaging/issues/38", "Liked an image"],
  ])("%s: %s", async (_, text) => {
    const phone = await newPerson();
    await receives(phone, text);
    expect(await answersTo(phone)).toBe(0);
    expect(await refusal(ours, phone)).toBeNull();
  });
});

describe("two machines do not talk", () => {
  it.each([
    ["https://github.com/medic/cht-core/issues/4715", "Ayuda", 12],
    [
      "https://github.com/klinker-apps/pulse-sms-issues/issues/673",
      "I don't understand, please reply HELP",
      12,
    ],
    [
      "https://github.com/medic/cht-core/issues/201",
      "Message not sent: invalid number. Reply HELP for help",
      12,
    ],
    ["https://github.com/aldinokemal/go-whatsapp-web-multidevice/issues/381", "HELP", 12],
  ])("%s: %s", async (_, text, times) => {
    const phone = await newPerson();
    for (let n = 0; n < times; n++) await receives(phone, text);
    expect(await answersTo(phone)).toBeLessThanOrEqual(2);
  });
});

describe("who opted out is texted again only after START", () => {
  it.each([
    ["https://github.com/episphere/connect/issues/1104", "Yes"],
    ["https://github.com/glific/glific/issues/3912", "optin"],
    ["https://github.com/GSA/notifications-admin/issues/659", "please send them again"],
  ])("%s: %s", async (_, text) => {
    const phone = await newPerson();
    await receives(phone, "please stop texting me");
    await receives(phone, text);
    expect(await refusal(ours, phone)).toBe("Do not contact");
    expect(await refusal(theirs, phone)).toBeNull();
    await receives(phone, "START");
    expect(await refusal(ours, phone)).toBeNull();
  });
});

describe("a STOP in one form of a number counts for the other", () => {
  it.each([
    ["https://github.com/chatwoot/chatwoot/issues/14048", "+5215555550101", "+525555550101"],
    ["https://github.com/signalapp/Signal-Android/issues/3360", "+525555550102", "+525555550102"],
    ["https://github.com/mgp25/Chat-API/issues/538", "+5215555550103", "+525555550103"],
  ])("%s: %s", async (_, from, kept) => {
    await receives(from, "STOP");
    expect(await listed(ours)).toContain(kept);
    expect(await listed(theirs)).not.toContain(kept);
  });
});
