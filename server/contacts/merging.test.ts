import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let operator: Caller;
let viewer: Caller;
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["operator", "viewer"]);
  operator = await server.signIn("operator@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.sql`delete from contacts`;
  await server.sql`delete from do_not_contact`;
});

const NOTE = { reason: "She told us" };
const [MOBILE, WORK, HOME] = FICTION;
const add = (...phones: string[]) => addContacts(server.sql, tenantId, phones);

interface Numbers {
  mergedInto: string | null;
  numbers: { contactId: string; phone: string; isPreferred: boolean; optedOut: boolean }[];
}
const page = async (caller: Caller, id: string) => (await caller.query<Numbers>("contacts.get", { id })).data;
const actions = async () =>
  (
    await server.sql<{ action: string }[]>`
      select action from audit_log where tenant_id = ${tenantId} and action like 'contact.%' order by id`
  ).map(({ action }) => action);

test("a merge is previewed, done, shown on both pages, and undone", async () => {
  const [kept, merged] = (await add(MOBILE, WORK)) as [string, string];
  await server.sql`update contacts set email = 'old@example.com', updated_at = now() - interval '1 day' where id = ${kept}`;
  await server.sql`update contacts set email = 'new@example.com', city = 'Perth' where id = ${merged}`;
  const pair = { keptId: kept, mergedId: merged };
  const preview = await operator.query<{
    fields: { name: string; take: string; isChoice: boolean }[];
    kept: { updatedAt: string };
    merged: { updatedAt: string };
  }>("contacts.merges.preview", pair);
  expect(preview.data.fields).toMatchObject([
    { name: "email", take: "merged", isChoice: true },
    { name: "address", take: "merged", isChoice: false },
  ]);
  const seen = { kept: preview.data.kept.updatedAt, merged: preview.data.merged.updatedAt };
  const order = { ...pair, ...NOTE, seen, choices: { email: "kept" } };
  const done = await operator.mutate<{ mergeId: string }>("contacts.merges.merge", order);
  expect(done.status).toBe(200);
  expect(await page(operator, kept)).toMatchObject({
    ...{ email: "old@example.com", city: "Perth", mergedInto: null },
    numbers: [
      { phone: MOBILE, isPreferred: true },
      { phone: WORK, isPreferred: false },
    ],
  });
  expect((await page(operator, merged)).mergedInto).toBe(kept);
  // Who still has the old page open can't change what is no longer there.
  const late = await operator.mutate("contacts.update", { id: merged, firstName: "Late" });
  expect(late).toMatchObject({ status: 409, message: expect.stringMatching(/merged into another/) });
  const again = await operator.mutate("contacts.merges.merge", { ...pair, ...NOTE });
  expect(again).toMatchObject({ status: 409, message: expect.stringMatching(/merged already/) });
  const timeline = await operator.query<{ items: { phone: string }[] }>("person.timeline", { id: kept });
  expect(new Set(timeline.data.items.map(({ phone }) => phone))).toEqual(new Set([MOBILE, WORK]));
  const undone = await operator.mutate("contacts.merges.undo", { id: done.data.mergeId });
  expect(undone).toMatchObject({ status: 200, data: { kept: [] } });
  expect((await page(operator, merged)).mergedInto).toBeNull();
  expect((await actions()).slice(-2)).toEqual(["contact.merge", "contact.merge-undone"]);
});

test("what two people do at once is refused with what happened", async () => {
  const [kept, merged] = (await add(MOBILE, WORK)) as [string, string];
  const pair = { keptId: kept, mergedId: merged };
  const seen = { kept: "2026-01-01T00:00:00.000Z", merged: "2026-01-01T00:00:00.000Z" };
  const stale = await operator.mutate("contacts.merges.merge", { ...pair, ...NOTE, seen });
  expect(stale).toMatchObject({
    status: 409,
    message: expect.stringMatching(/changed one of these contacts/),
  });
  const both = await Promise.all([
    operator.mutate("contacts.merges.merge", { ...pair, ...NOTE }),
    operator.mutate("contacts.merges.merge", { keptId: merged, mergedId: kept, ...NOTE }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  for (const input of [
    { keptId: kept, mergedId: kept, ...NOTE },
    { ...pair, reason: "" },
    { ...pair, ...NOTE, choices: { email: "neither" } },
    { ...pair, ...NOTE, more: 1 },
    { ...pair, reason: "a\0b" },
    { ...pair, reason: "x".repeat(20_000) },
  ])
    expect((await operator.mutate("contacts.merges.merge", input)).status).toBe(400);
});

test("a number is added with its opt-outs, and preferred", async () => {
  const [id] = (await add(MOBILE)) as [string];
  const given = { id, phone: WORK, consentBasis: "express", note: "Called from it" };
  await server.sql`
    insert into do_not_contact (tenant_id, phone_e164, source) values (${tenantId}, ${WORK}, 'reply')`;
  const added = await operator.mutate<{ id: string }>("contacts.numbers.add", given);
  expect(added.status).toBe(200);
  const numberId = added.data.id;
  expect((await page(operator, id)).numbers).toMatchObject([
    { phone: MOBILE, optedOut: true },
    { phone: WORK, optedOut: true },
  ]);
  expect(await operator.mutate("contacts.numbers.add", given)).toMatchObject({
    status: 409,
    message: expect.stringMatching(/Merge the two contacts/),
  });
  const moved = await operator.mutate("contacts.changeNumber", {
    ...{ id, phone: HOME, consentBasis: "express", consentEvidence: "Called from it" },
  });
  expect(moved).toMatchObject({ status: 409, message: expect.stringMatching(/several numbers/) });
  expect((await operator.mutate("contacts.numbers.prefer", { id, numberId })).status).toBe(200);
  expect(await page(operator, numberId)).toMatchObject({ mergedInto: null, firstName: "Mia" });
  const twice = await operator.mutate("contacts.numbers.prefer", { id, numberId });
  expect(twice).toMatchObject({ status: 409, message: expect.stringMatching(/no further number/) });
  // Removing deletes a contact's row, which operators may not.
  expect((await operator.mutate("contacts.numbers.remove", { id: numberId, numberId: id })).status).toBe(403);
});

test("a viewer sees duplicates with masked numbers, and changes nothing", async () => {
  const [one, two] = (await add(MOBILE, WORK)) as [string, string];
  await server.sql`update contacts set email = 'mia@example.com'`;
  const list = () =>
    viewer.query<{ items: { contacts: { phone: string }[] }[] }>("contacts.duplicates.list", {});
  const [group] = (await list()).data.items;
  expect(group!.contacts).toHaveLength(2);
  expect(JSON.stringify(group)).not.toContain(MOBILE);
  const preview = await viewer.query("contacts.merges.preview", { keptId: one, mergedId: two });
  expect(JSON.stringify(preview.data)).not.toContain(MOBILE);
  for (const [procedure, input] of [
    ["contacts.duplicates.different", { ids: [one, two] }],
    ["contacts.merges.merge", { keptId: one, mergedId: two, ...NOTE }],
    ["contacts.numbers.add", { id: one, phone: HOME, consentBasis: null, note: "asked" }],
  ] as const)
    expect((await viewer.mutate(procedure, input)).status).toBe(403);
  const noted = await operator.mutate("contacts.duplicates.different", { ids: [one, two] });
  expect(noted.data).toEqual({ pairs: 1 });
  expect((await list()).data.items).toEqual([]);
});
