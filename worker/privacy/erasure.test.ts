import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readErasureFile } from "@smscrm/db/privacy/erasure-list";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { findText } from "@smscrm/db/testing/find-text";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, describe, expect, test } from "vitest";
import { openImportFixture } from "../testing/import-fixture.ts";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";
import { erasureLoop } from "./erasure-loop.ts";

const reason = "Request 17";
const SUBMISSION_LIMIT_MS = 250;

describe("erasing people while a campaign texts them", () => {
  let fixture: SendingFixture;
  afterEach(() => fixture.close());

  test("nothing goes to them after 250 ms, and all locks, counters and bills hold", async () => {
    fixture = await openSendingFixture("postgres", { latencyMs: 20 });
    const { sql, owner, tenant, number, people, campaign, startOne, creates, until, allFinal } = fixture;
    const [tenantId, other] = [await tenant({ segmentsPerSecond: 40 }), await tenant()];
    for (const id of [tenantId, other]) {
      await number(id);
      await people(id, { phones: 400 });
      await campaign(id, { body: "Hi {{first_name}}, this is Acme. Reply STOP to opt out" });
    }
    startOne();
    startOne();
    await until("sending has started", () => creates().length > 30);
    // From the middle of the queue to its end: some are in flight, most wait.
    const phones = Array.from({ length: 40 }, (_, n) => `+61401${String(n * 9 + 20).padStart(6, "0")}`);
    await Promise.all(phones.map((phone) => erasePerson(sql, { tenantId, phone, reason, by: null })));
    await allFinal();
    const erased = await sql<{ phone: string; at: Date }[]>`
      select phone, e.created_at as at from unnest(${phones}::text[]) phone
      join erasures e on e.tenant_id = ${tenantId} and e.number_hash = number_hash(${tenantId}, phone)`;
    expect(erased).toHaveLength(phones.length);
    const senders = await sql<
      { phone: string }[]
    >`select phone_e164 as phone from sending_numbers where tenant_id = ${tenantId}`;
    const late = erased.flatMap(({ phone, at }) =>
      creates().filter(
        ({ form, receivedAt }) =>
          form?.To === phone &&
          form.From === senders[0]!.phone &&
          receivedAt > at.getTime() + SUBMISSION_LIMIT_MS,
      ),
    );
    expect(late).toEqual([]);
    const [canceled] = await sql<{ jobs: number }[]>`
      select count(*)::int as jobs from send_jobs where tenant_id = ${tenantId} and status = 'canceled'`;
    expect(canceled!.jobs).toBeGreaterThan(0);
    const [whole] = await sql<{ jobs: number }[]>`
      select count(*)::int as jobs from send_jobs where tenant_id = ${other} and status = 'delivered'`;
    expect(whole!.jobs).toBe(400);
    expect(await violations(sql)).toEqual([]);
    const leftOf = await owner<{ rows: number }[]>`
      select (select count(*) from send_jobs where tenant_id = ${tenantId} and phone_e164 = any(${phones}::text[]))
        + (select count(*) from send_attempts where tenant_id = ${tenantId} and to_phone = any(${phones}::text[]))
        + (select count(*) from webhook_events where tenant_id = ${tenantId} and payload ->> 'To' = any(${phones}::text[]))
        + (select count(*) from contacts where tenant_id = ${tenantId} and phone_e164 = any(${phones}::text[])) as rows`;
    expect(Number(leftOf[0]!.rows)).toBe(0);
  });
});

describe("an erased person in a file", () => {
  test("is refused, and nothing of the row is stored; an opt-out of theirs stores nothing either", async () => {
    const files = await openImportFixture();
    try {
      const { pipeline, owner, tenantId, upload, work, result } = files;
      const file = "first_name,last_name,phone\nZebedia,Quark,0401 777 001\nBob,Smith,0401 777 002\n";
      await upload(file);
      await work();
      await erasePerson(pipeline, { tenantId, phone: "+61401777001", reason, by: null });
      const again = await upload(file);
      expect(await work()).toBe("completed");
      expect(await result(again)).toMatchObject({ created: 0, unchanged: 1, rejected: 1 });
      const rows = await pipeline`select line, reason, row from import_rejections where import_id = ${again}`;
      expect([...rows]).toEqual([{ line: 2, reason: "Erased", row: [] }]);
      for (const text of ["401777001", "401 777 001", "Zebedia"])
        expect(await findText(owner, text)).toEqual([]);
    } finally {
      await files.close();
    }
  });
});

describe("the list of erasures", () => {
  test("is a file outside of the database, from which a restored database erases again", async () => {
    const files = await openImportFixture();
    const folder = mkdtempSync(path.join(tmpdir(), "smscrm-erasures-"));
    const file = path.join(folder, "erasures.jsonl");
    try {
      const { pipeline, owner, tenantId, addTenant } = files;
      const other = await addTenant();
      const log = { warn: () => {}, info: () => {}, error: () => {} } as never;
      const add = (tenant: string) => pipeline`
        insert into contacts (tenant_id, phone_e164, country) values (${tenant}, '+61401777001', 'AU')`;
      const contacts = async () =>
        (await pipeline`select tenant_id from contacts`).map((row) => row.tenant_id);
      await add(tenantId);
      await add(other);
      await erasePerson(pipeline, { tenantId, phone: "+61401777001", reason, by: null });
      const loop = erasureLoop(pipeline, file, log);
      await loop.run();
      await loop.run();
      const text = readFileSync(file, "utf8");
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readErasureFile(text)!.erasures).toHaveLength(1);
      expect(text).not.toContain("401777001");
      // The backup was from before the erasure, and even from before the key.
      await owner`delete from erasures`;
      await owner`update number_hash_key set key = sha256('other'), inner_pad = hmac_pad(sha256('other'), 54),
        outer_pad = hmac_pad(sha256('other'), 92)`;
      await add(tenantId);
      await erasureLoop(pipeline, file, log).run();
      expect(await contacts()).toEqual([other]);
      expect(readErasureFile(readFileSync(file, "utf8"))!.erasures).toHaveLength(1);
      // A lifted erasure is not repeated.
      await pipeline`update erasures set lifted_at = now()`;
      await add(tenantId);
      await erasureLoop(pipeline, file, log).run();
      expect((await contacts()).sort()).toEqual([tenantId, other].sort());
    } finally {
      await files.close();
      rmSync(folder, { recursive: true });
    }
  });
});
