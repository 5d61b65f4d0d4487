import { insertCampaign } from "@smscrm/db/campaigns/campaigns";
import { insertSnippet, saveSnippet } from "@smscrm/db/templates/snippets";
import { insertTemplate, listTemplates } from "@smscrm/db/templates/templates";
import { saveLanguages } from "@smscrm/db/tenants/languages";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importFile, sendToEnd } from "../testing/file-to-carrier.ts";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

let fixture: SendingFixture;
let tenantId: string;
beforeEach(async () => {
  fixture = await openSendingFixture("postgres");
  tenantId = await fixture.tenant();
  await fixture.number(tenantId);
  await fixture.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, '+64211230001', 'NZ', 1000, 1000)`;
});
afterEach(() => fixture.close());

const FILE = `Mobile,First name,Speaks
0491570006,Mia,en-AU
0491570156,Noé,fr-CA
0491570157,Hōne,mi
0491570158,Ava,French
0491570159,Zoe,
+64211234567,Aroha,MI
+64211234568,Luc,fr
`;
const OPT_OUT = "Reply STOP to opt out.";

interface LedgerMessage {
  to: string;
  body: string;
  segments: number;
}

test("each number gets the text of its language with the snippet of its country, at the price that was reserved", async () => {
  const { sql, database } = fixture;
  const [user] = await sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  const userId = user!.id;
  fixture.startOne();
  await importFile(fixture, tenantId, FILE, { moreColumns: { custom: { speaks: 2 } } });
  const { campaignId, snippetId } = await database.asTenant(tenantId, async (tx) => {
    await saveLanguages(tx, tenantId, { field: "speaks", byCountry: {} });
    const snippet = {
      name: "ending",
      texts: [
        { country: "", language: "", body: `Acme. ${OPT_OUT}` },
        { country: "", language: "fr", body: "Acme. Répondez STOP." },
        { country: "NZ", language: "", body: `Acme NZ, 1 Queen St. ${OPT_OUT}` },
      ],
    };
    const added = (await insertSnippet(tx, tenantId, userId, snippet)) as { id: string };
    await insertTemplate(tx, tenantId, userId, {
      ...{ name: "Hello", language: "en", smartEncoding: false },
      body: "Hello {{first_name|there}}. {{snippet:ending}}",
      texts: [
        { language: "fr", body: "Bonjour {{first_name|vous}}. {{ Snippet: Ending }}" },
        // 72 letters with a macron: the text needs a segment more than in English.
        { language: "mi", body: `Kia ora {{first_name|koe}}, ${"ā".repeat(72)}. {{snippet:ending}}` },
      ],
    });
    const [template] = await listTemplates(tx, tenantId);
    const { id: templateId, version: templateVersion, body, language, texts } = template!;
    const campaignId = await insertCampaign(tx, tenantId, userId, {
      ...{ name: "Hello", body, language, texts, templateId, templateVersion, audience: { kind: "all" } },
      ...{ quietHours: null, smartEncoding: false, shortenLinks: false, expiresAt: null, canary: null },
      ...{ purpose: "marketing", topic: null, localTime: null, spreadMinutes: null, messagesPerMinute: null },
      abTest: null,
    });
    return { campaignId, snippetId: added.id };
  });
  await sql`
    update campaigns set status = 'launching', launched_at = clock_timestamp(),
      quiet_hours_override_reason = 'A test of languages' where id = ${campaignId}`;
  // Saved after the launch: no text of this campaign has it.
  await database.asTenant(tenantId, (tx) =>
    saveSnippet(tx, tenantId, userId, {
      ...{ id: snippetId, seenVersion: 1 },
      texts: [{ country: "", language: "", body: "Too late." }],
    }),
  );
  await sendToEnd(fixture, campaignId);

  const sent = fixture.creates().map((entry) => entry.message as unknown as LedgerMessage);
  const maori = `ā`.repeat(72);
  expect(Object.fromEntries(sent.map(({ to, body }) => [to, body]))).toEqual({
    "+61491570006": `Hello Mia. Acme. ${OPT_OUT}`,
    "+61491570156": "Bonjour Noé. Acme. Répondez STOP.",
    "+61491570157": `Kia ora Hōne, ${maori}. Acme. ${OPT_OUT}`,
    "+61491570158": `Hello Ava. Acme. ${OPT_OUT}`,
    "+61491570159": `Hello Zoe. Acme. ${OPT_OUT}`,
    "+64211234567": `Kia ora Aroha, ${maori}. Acme NZ, 1 Queen St. ${OPT_OUT}`,
    "+64211234568": `Bonjour Luc. Acme NZ, 1 Queen St. ${OPT_OUT}`,
  });
  const jobs = await sql<{ phone: string; language: string | null; reason: string; segments: number }[]>`
    select phone_e164 as phone, language, language_reason as reason, segments from send_jobs
    where campaign_id = ${campaignId}`;
  expect(Object.fromEntries(jobs.map(({ phone, language, reason }) => [phone, [language, reason]]))).toEqual({
    "+61491570006": [null, "wider"],
    "+61491570156": ["fr", "wider"],
    "+61491570157": ["mi", "stated"],
    "+61491570158": [null, "not-a-language"],
    "+61491570159": [null, "none"],
    "+64211234567": ["mi", "stated"],
    "+64211234568": ["fr", "stated"],
  });
  // What was reserved is what the carrier counted, message by message.
  const counted = Object.fromEntries(sent.map(({ to, segments }) => [to, segments]));
  expect(Object.fromEntries(jobs.map(({ phone, segments }) => [phone, segments]))).toEqual(counted);
  const [money] = await sql<{ spent: number; prices: number }[]>`
    select sum(a.reserved_micros + a.spent_micros)::int as spent, sum(j.price_micros)::int as prices
    from send_attempts a join send_jobs j on j.id = a.send_job_id where a.campaign_id = ${campaignId}`;
  expect(money!.spent).toBe(money!.prices);
});
