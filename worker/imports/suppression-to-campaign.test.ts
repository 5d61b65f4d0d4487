import { listFile } from "@smscrm/core/suppression/list-file";
import { listExpiry } from "@smscrm/core/suppression/registers";
import { addSuppressionList } from "@smscrm/db/suppression/lists";
import { activateVersion, addNumbers, beginVersion } from "@smscrm/db/suppression/uploads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importFile, sendToEnd, textedNow, textedSince } from "../testing/file-to-carrier.ts";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

let fixture: SendingFixture;
let tenantId: string;
beforeEach(async () => {
  fixture = await openSendingFixture("postgres");
  tenantId = await fixture.tenant();
  await fixture.number(tenantId);
});
afterEach(() => fixture.close());

const today = () => new Date().toISOString().slice(0, 10);

/** Uploads a file as a list of a register, as the API does. */
async function upload(
  register: string,
  country: string,
  text: string,
  { downloadedOn = today(), endsOn = null }: { downloadedOn?: string; endsOn?: string | null } = {},
): Promise<void> {
  const [user] = await fixture.sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', ${`${crypto.randomUUID()}@example.com`}, 'x') returning id`;
  const createdBy = user!.id;
  await fixture.database.asTenant(tenantId, async (tx) => {
    const list = { name: `${register} ${country}`, register, country, holdsAfterExpiry: true, createdBy };
    const added = (await addSuppressionList(tx, tenantId, list, 50)) as { id: string };
    const file = { fileName: "list.txt", downloadedOn, uploadedBy: createdBy };
    const begun = await beginVersion(tx, tenantId, added.id, file, { openMax: 3, perDayMax: 50 });
    const { versionId } = begun as { versionId: string };
    await addNumbers(tx, tenantId, versionId, listFile(country).take(text, true).numbers);
    const expiresAt = listExpiry(register, downloadedOn, endsOn);
    await activateVersion(
      tx,
      tenantId,
      { versionId, listId: added.id },
      { expiresAt, clean: 0, unreadable: 0 },
    );
  });
}

const PEOPLE = "Mobile,First name\n0491570006,Mia\n0491570156,Noah\n0491570157,Ava\n";

test("people on an uploaded list never reach the carrier's ledger, and each message names its list", async () => {
  await upload("OTHER", "AU", "Phone\n0491 570 006\n+61 491 570 157\n");
  fixture.startOne();
  await importFile(fixture, tenantId, PEOPLE);
  await sendToEnd(fixture, await fixture.campaign(tenantId));
  expect(textedSince(fixture, 0)).toEqual(["+61491570156"]);
  const refused = await fixture.sql`
    select phone_e164 as phone, failure_reason as reason, verdict -> 'looked' ->> 'list' as list,
      verdict -> 'looked' ->> 'downloadedOn' as day from send_jobs where status = 'failed' order by 1`;
  expect(refused.map((row) => ({ ...row }))).toEqual(
    ["+61491570006", "+61491570157"].map((phone) => ({
      ...{ phone, reason: "Do not contact", list: "OTHER AU", day: today() },
    })),
  );
});

test("a campaign to the country of an expired list waits, and one to another country goes", async () => {
  await upload("OTHER", "CA", "4165550100\n", { downloadedOn: "2020-01-01", endsOn: "2020-02-01" });
  await upload("OTHER", "AU", "+61491570158\n");
  fixture.startOne();
  await importFile(fixture, tenantId, `${PEOPLE}+14165550123,Zoe\n`);
  expect(await textedNow(fixture, tenantId)).toEqual(["+61491570006", "+61491570156", "+61491570157"]);
  const [held] = await fixture.sql`
    select phone_e164 as phone, hold_reason as reason from send_jobs where status = 'queued'`;
  expect(held).toEqual({ phone: "+14165550123", reason: "List expired" });
});
