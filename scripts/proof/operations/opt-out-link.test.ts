import { guessMapping } from "@smscrm/core/contacts/import-columns";
import { csvRows } from "@smscrm/core/files/csv-rows";
import { exampleOptOutLink } from "@smscrm/core/text/opt-out-link";
import { addImportChunk, createImport, finishUpload } from "@smscrm/db/imports/import-uploads";
import { findImport, queueImport } from "@smscrm/db/imports/imports";
import { optOutRoutes } from "@smscrm/server/contacts/opt-out-route";
import { createFairUse } from "@smscrm/server/fair-use/fair-use";
import { openSendingFixture, type SendingFixture } from "@smscrm/worker/testing/sending-fixture";
import { afterEach, beforeEach, expect, test } from "vitest";

let fixture: SendingFixture;
beforeEach(async () => {
  fixture = await openSendingFixture("postgres");
});
afterEach(() => fixture.close());

const FILE = "Mobile,First name\n0491570006,Mia\n0491570156,Noah\n";

async function importFile(tenantId: string): Promise<void> {
  const { database, sql, until } = fixture;
  const bytes = new TextEncoder().encode(FILE);
  const [header, ...sample] = csvRows({ delimiter: "," })
    .take(FILE, true)
    .map(({ cells }) => cells);
  const [user] = await sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', ${`${crypto.randomUUID()}@example.com`}, 'x') returning id`;
  const id = await database.asTenant(tenantId, async (tx) => {
    const created = await createImport(tx, tenantId, { fileName: "people.csv", createdBy: user!.id });
    await addImportChunk(tx, tenantId, created, 0, bytes);
    const file = { sizeBytes: bytes.length, encoding: "utf-8", delimiter: ",", header: header!, sample };
    await finishUpload(tx, tenantId, created, file);
    await queueImport(tx, tenantId, created, {
      ...{
        mapping: guessMapping(header!, sample),
        consentBasis: "express",
        consentEvidence: "Asked",
        tags: [],
      },
    });
    return created;
  });
  const status = async () =>
    (await database.asTenant(tenantId, (tx) => findImport(tx, tenantId, id)))?.status;
  await until("the import has ended", async () => (await status()) === "completed");
}

/** Sends a campaign and returns the texts that the carrier was asked to deliver, by number. */
async function send(tenantId: string, body: string): Promise<Map<string, string>> {
  const before = fixture.creates().length;
  const campaignId = await fixture.campaign(tenantId, { body });
  await fixture.until("the campaign has ended", async () => {
    const [row] = await fixture.sql`select status from campaigns where id = ${campaignId}`;
    return row?.status === "completed";
  });
  const asked = fixture.creates().slice(before) as { message: { to: string; body: string } }[];
  return new Map(asked.map(({ message }) => [message.to, message.body]));
}

test("a person of an imported file opts out by the link that the carrier got, and the next campaign leaves them out", async () => {
  const [acme, beta] = [await fixture.tenant(), await fixture.tenant()];
  fixture.startOne();
  for (const tenantId of [acme, beta]) {
    await fixture.number(tenantId);
    await importFile(tenantId);
  }
  const body = "Hi {{first_name}}, 20% off at Acme. Opt out: {{opt_out_link}}";
  const [ofAcme, ofBeta] = [await send(acme, body), await send(beta, body)];
  const sent = ofAcme.get("+61491570006")!;
  const example = exampleOptOutLink(fixture.receiver.url);
  expect(sent).toHaveLength("Hi Mia, 20% off at Acme. Opt out: ".length + example.length);
  const link = new URL(/Opt out: (\S+)$/.exec(sent)![1]!);
  expect(link.origin).toBe(fixture.receiver.url);
  expect(new Set([...ofAcme.values(), ...ofBeta.values()]).size).toBe(4);

  const visitors = { visitorOf: () => ({ address: "192.0.2.1" }) } as unknown as Parameters<
    typeof optOutRoutes
  >[1]["visitors"];
  const page = optOutRoutes({ pipeline: fixture.sql }, { visitors, fairUse: createFairUse() });
  expect((await page.request(link.pathname)).status).toBe(200);
  expect([...(await send(acme, "Hello")).keys()].toSorted()).toEqual(["+61491570006", "+61491570156"]);
  expect((await page.request(link.pathname, { method: "POST" })).status).toBe(200);

  expect([...(await send(acme, "Hello again")).keys()]).toEqual(["+61491570156"]);
  expect([...(await send(beta, "Hello again")).keys()].toSorted()).toEqual(["+61491570006", "+61491570156"]);
});
