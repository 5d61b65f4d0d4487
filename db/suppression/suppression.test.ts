import { afterAll, beforeAll, expect, test } from "vitest";
import { addConsent } from "../contacts/consents.ts";
import { liftErasure } from "../privacy/erasure-log.ts";
import { erasePerson } from "../privacy/erasures.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { addSuppressionList, removeSuppressionList, setAfterExpiry, suppressionOf } from "./lists.ts";
import { sweepSuppressed } from "./sweep.ts";
import { activateVersion, addNumbers, beginVersion } from "./uploads.ts";

let fixture: SendFixture;
let createdBy: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  const [user] = await fixture.sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  createdBy = user!.id;
});
afterAll(() => fixture.close());

const QUOTA = { openMax: 3, perDayMax: 50 };
const within = <T>(tenantId: string, work: Parameters<SendFixture["database"]["asTenant"]>[1]) =>
  fixture.database.asTenant(tenantId, work) as Promise<T>;

async function tenantWithNumber(): Promise<string> {
  const tenantId = await fixture.tenant();
  await fixture.number(tenantId);
  return tenantId;
}

const contacts = (tenantId: string, phones: readonly string[]) => fixture.sql`
  insert into contacts (tenant_id, phone_e164, country, line_type, timezone, timezone_source, consent_basis)
  select ${tenantId}, phone, 'AU', 'MOBILE', 'Australia/Sydney', 'stated', 'express'
  from unnest(${phones as string[]}::text[]) as phone on conflict do nothing`;

async function list(tenantId: string, register = "OTHER", country = "AU"): Promise<string> {
  const made = { name: `List ${Math.random()}`, register, country, holdsAfterExpiry: true, createdBy };
  const added = await within<{ id: string }>(tenantId, (tx) => addSuppressionList(tx, tenantId, made, 50));
  return added.id;
}

async function begin(tenantId: string, listId: string): Promise<string> {
  const file = { fileName: "list.txt", downloadedOn: "2026-11-20", uploadedBy: createdBy };
  const begun = await within(tenantId, (tx) => beginVersion(tx, tenantId, listId, file, QUOTA));
  return (begun as { versionId: string }).versionId;
}

const add = (tenantId: string, versionId: string, phones: string[]) =>
  within<number>(tenantId, (tx) => addNumbers(tx, tenantId, versionId, phones));

const activate = (tenantId: string, listId: string, versionId: string, expiresAt: Date | null = null) =>
  within<boolean>(tenantId, (tx) =>
    activateVersion(tx, tenantId, { versionId, listId }, { expiresAt, clean: 0, unreadable: 0 }),
  );

async function upload(tenantId: string, listId: string, phones: string[], expiresAt: Date | null = null) {
  const versionId = await begin(tenantId, listId);
  await add(tenantId, versionId, phones);
  await activate(tenantId, listId, versionId, expiresAt);
  return versionId;
}

/** Claims a message to each number and returns what the do-not-contact gate said of it; "passed" if it said nothing. */
async function claimed(
  tenantId: string,
  phones: string[],
  purpose = "marketing",
): Promise<Record<string, string>> {
  const { sql } = fixture;
  await contacts(tenantId, phones);
  const jobs = await sql<{ id: string; phone: string }[]>`
    with c as (
      insert into campaigns (tenant_id, purpose, name, body, audience, status, launched_at)
      values (${tenantId}, ${purpose}, 'News', 'Acme: hello. Reply STOP to opt out', '{"kind":"all"}', 'running', now()) returning id)
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    select ${tenantId}, c.id, p.id, p.phone_e164, p.country from c, contacts p
    where p.tenant_id = ${tenantId} and p.phone_e164 = any(${phones}) returning id, phone_e164 as phone`;
  await fixture.claim(
    tenantId,
    jobs.map(({ id }) => id),
  );
  const rows = await sql<
    { phone: string; gate: string | null; status: string; looked: Record<string, string> }[]
  >`
    select phone_e164 as phone, gate, status, verdict -> 'looked' as looked from send_jobs
    where id = any(${jobs.map(({ id }) => id)}::uuid[]) order by 1`;
  return Object.fromEntries(
    rows.map(({ phone, gate, status, looked }) => [
      phone,
      gate === "do-not-contact" ? `${status} ${looked.source} ${looked.downloadedOn}` : "passed",
    ]),
  );
}

const [A, B, C] = ["+61401000001", "+61401000002", "+61401000003"] as const;
const REFUSED = "failed suppression-list 2026-11-20";

test("a claim refuses marketing to a number on a list, names the list, and passes a reminder and another tenant", async () => {
  const [tenantId, other] = [await tenantWithNumber(), await tenantWithNumber()];
  await upload(tenantId, await list(tenantId), [A]);
  expect(await claimed(tenantId, [A, B])).toEqual({ [A]: REFUSED, [B]: "passed" });
  expect(await claimed(tenantId, [A], "service")).toEqual({ [A]: "passed" });
  expect(await claimed(other, [A])).toEqual({ [A]: "passed" });
  // Neither reads nor writes another tenant's list.
  const foreign = await list(tenantId);
  expect(await within(other, (tx) => suppressionOf(tx, other, A))).toBeNull();
  expect(await within(other, (tx) => removeSuppressionList(tx, other, foreign))).toBeNull();
  const begun = { fileName: "x", downloadedOn: "2026-11-20", uploadedBy: createdBy };
  expect(await within(other, (tx) => beginVersion(tx, other, foreign, begun, QUOTA))).toBe("no-list");
  const versionId = await begin(tenantId, foreign);
  await expect(add(other, versionId, [A])).rejects.toThrow();
  await expect(within(other, (tx) => addNumbers(tx, tenantId, versionId, [A]))).rejects.toThrow();
});

test("a new version takes over at once, and one that was cut off never counts", async () => {
  const tenantId = await tenantWithNumber();
  const listId = await list(tenantId);
  const first = await upload(tenantId, listId, [A]);
  const cutOff = await begin(tenantId, listId);
  await add(tenantId, cutOff, [B]);
  expect(await claimed(tenantId, [A, B])).toEqual({ [A]: REFUSED, [B]: "passed" });
  const third = await begin(tenantId, listId);
  expect(await add(tenantId, third, [B, B, C])).toBe(2);
  expect(await add(tenantId, third, [C])).toBe(0);
  expect(await claimed(tenantId, [A, B, C])).toEqual({ [A]: REFUSED, [B]: "passed", [C]: "passed" });
  expect(await activate(tenantId, listId, third)).toBe(true);
  expect(await claimed(tenantId, [A, B, C])).toEqual({ [A]: "passed", [B]: REFUSED, [C]: REFUSED });
  // An upload that began earlier does not replace a later one, and a version in force can't be added to.
  expect(await activate(tenantId, listId, cutOff)).toBe(false);
  await expect(add(tenantId, third, [A])).rejects.toThrow();
  await fixture.owner`update suppression_versions set touched_at = now() - interval '2 hours' where id = ${cutOff}`;
  while ((await sweepSuppressed(fixture.sql)) !== null);
  const left = await fixture.sql`
    select v.id, v.numbers, (select count(*)::int from suppressed_numbers s where s.version_id = v.id) as rows
    from suppression_versions v where tenant_id = ${tenantId} order by id`;
  expect(left).toEqual([
    { id: first, numbers: 1, rows: 0 },
    { id: third, numbers: 2, rows: 2 },
  ]);
  expect(await within(tenantId, (tx) => removeSuppressionList(tx, tenantId, listId))).not.toBeNull();
  expect(await claimed(tenantId, [B])).toEqual({ [B]: "passed" });
});

test("an expired list holds marketing to its country until the tenant chooses otherwise; its entries still count", async () => {
  const tenantId = await tenantWithNumber();
  const listId = await list(tenantId);
  await upload(tenantId, listId, [A], new Date(Date.now() - 1_000));
  const held = "queued suppression-list 2026-11-20";
  expect(await claimed(tenantId, [A, B])).toEqual({ [A]: REFUSED, [B]: held });
  expect(await claimed(tenantId, [B], "service")).toEqual({ [B]: "passed" });
  const [job] = await fixture.sql`
    select hold_reason as reason, not_before > now() as later from send_jobs where tenant_id = ${tenantId} and status = 'queued'`;
  expect(job).toEqual({ reason: "List expired", later: true });
  expect(await within(tenantId, (tx) => setAfterExpiry(tx, tenantId, listId, false))).toBe(true);
  expect(await within(tenantId, (tx) => setAfterExpiry(tx, tenantId, listId, false))).toBe(false);
  expect(await claimed(tenantId, [A, B])).toEqual({ [A]: REFUSED, [B]: "passed" });
  const elsewhere = await list(tenantId, "OTHER", "NZ");
  await upload(tenantId, elsewhere, [C], new Date(0));
  expect(await claimed(tenantId, [B])).toEqual({ [B]: "passed" });
});

test("a consent overrides an entry as far as the register's rule says", async () => {
  const tenantId = await tenantWithNumber();
  await upload(tenantId, await list(tenantId, "US-FTC", "US"), [A, B]);
  const consent = {
    basis: "express",
    method: "Form",
    evidence: { note: "Form" },
    recordedBy: createdBy,
  } as const;
  await contacts(tenantId, [A, B]);
  await within(tenantId, (tx) =>
    addConsent(tx, tenantId, A, { ...consent, wording: "I agree to offers by text." }),
  );
  await within(tenantId, (tx) => addConsent(tx, tenantId, B, consent));
  expect(await claimed(tenantId, [A, B])).toEqual({ [A]: "passed", [B]: REFUSED });
});

test("an erased person stays on the lists by a keyed hash alone, which counts again once the erasure is lifted", async () => {
  const tenantId = await tenantWithNumber();
  const listId = await list(tenantId);
  await upload(tenantId, listId, [A, B]);
  await contacts(tenantId, [A]);
  const receipt = await erasePerson(fixture.sql, { tenantId, phone: A, reason: "Asked", by: createdBy });
  expect(receipt.suppressionEntries).toBe(1);
  const stored = async () =>
    (await fixture.sql`select phone_e164 as phone from suppressed_numbers where tenant_id = ${tenantId}`).map(
      ({ phone }) => phone,
    );
  expect(await stored()).not.toContain(A);
  await upload(tenantId, listId, [A, B]);
  expect((await stored()).filter((phone) => phone.startsWith("erased:"))).toHaveLength(2);
  expect(await stored()).not.toContain(A);
  const [erasure] = await fixture.sql<
    { id: string }[]
  >`select id from erasures where tenant_id = ${tenantId}`;
  const lifted = { id: erasure!.id, reason: "They asked", by: createdBy };
  expect(await within(tenantId, (tx) => liftErasure(tx, tenantId, lifted))).toBe(true);
  expect(await claimed(tenantId, [A, B, C])).toEqual({ [A]: REFUSED, [B]: REFUSED, [C]: "passed" });
});

test("names, the number of lists and the uploads have limits, also for two at once", async () => {
  const tenantId = await tenantWithNumber();
  const made = { name: "Same", register: "OTHER", country: "AU", holdsAfterExpiry: true, createdBy };
  const both = await Promise.all(
    [1, 2].map(() => within(tenantId, (tx) => addSuppressionList(tx, tenantId, made, 50))),
  );
  expect(both.filter((one) => one === "name-taken")).toHaveLength(1);
  expect(await within(tenantId, (tx) => addSuppressionList(tx, tenantId, { ...made, name: "b" }, 1))).toBe(
    "too-many",
  );
  const listId = await list(tenantId);
  for (let n = 0; n < QUOTA.openMax; n++) await begin(tenantId, listId);
  const file = { fileName: "x", downloadedOn: "2026-11-20", uploadedBy: createdBy };
  expect(await within(tenantId, (tx) => beginVersion(tx, tenantId, listId, file, QUOTA))).toBe("too-many");
});
