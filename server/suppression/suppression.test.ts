import { afterAll, beforeAll, expect, test } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let admin: Caller;
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["admin", "operator"]);
  await createTenant(server.sql, "rival", ["admin"]);
  admin = await server.signIn("admin@acme.example.com");
});
afterAll(() => server.close());

const today = new Date().toISOString().slice(0, 10);
const NOTE = "Asked by the lawyer";

type Body = Exclude<RequestInit["body"], null | undefined>;

async function upload(listId: string, body: Body | null, more: Record<string, string> = {}, caller = admin) {
  const query = new URLSearchParams({ fileName: "list.txt", downloadedOn: today, ...more });
  const response = await server.app.request(`/uploads/suppression/${listId}?${query}`, {
    ...{ method: "POST", body, duplex: "half" },
    headers: { cookie: caller.cookie, "content-type": "text/csv" },
  } as RequestInit);
  return { status: response.status, ...((await response.json()) as { numbers?: number; error?: string }) };
}

async function addList(register = "US-FTC", country = "US", caller = admin): Promise<string> {
  const name = `${register} ${Math.random()}`;
  const { data } = await caller.mutate<{ id: string }>("suppression.add", { name, register, country });
  return data.id;
}

const listOf = async (id: string, caller = admin) =>
  (
    await caller.query<{ lists: { id: string; current: { numbers: number; expiresAt: string } | null }[] }>(
      "suppression.list",
    )
  ).data.lists.find((one) => one.id === id);

test("a register's file takes over with its term, replaces the one before, and is in the audit log", async () => {
  const id = await addList();
  expect((await listOf(id))?.current).toBeNull();
  const rows = Array.from({ length: 45_000 }, (_, n) => `202,${String(2_000_000 + n)}`);
  expect(await upload(id, `${rows.join("\n")}\n`)).toEqual({
    status: 201,
    numbers: 45_000,
    clean: 0,
    unreadable: 0,
  });
  const end = new Date(Date.parse(`${today}T00:00:00Z`) + 31 * 86_400_000).toISOString();
  expect((await listOf(id))?.current).toMatchObject({ numbers: 45_000, expiresAt: end });
  expect(await upload(id, "2025550101\n")).toEqual({
    ...{
      status: 409,
      isSmaller: true,
      error: expect.stringContaining("1 numbers, and the one in force has 45,000"),
    },
  });
  expect((await listOf(id))?.current?.numbers).toBe(45_000);
  expect(await upload(id, "2025550101\n", { smaller: "yes", endsOn: "2999-01-01" })).toMatchObject({
    status: 201,
  });
  expect((await listOf(id))?.current).toMatchObject({ numbers: 1, expiresAt: end });
  const [entry] = await server.sql`
    select detail ->> 'numbers' as numbers from audit_log
    where tenant_id = ${tenantId} and action = 'suppression.upload' order by seq desc limit 1`;
  expect(entry).toEqual({ numbers: "1" });
});

test("an upload that is cut off half-way changes nothing", async () => {
  const id = await addList("OTHER", "AU");
  await upload(id, "+61491570006\n+61491570156\n");
  let sent = 0;
  const cut = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      if (sent > 3) controller.error(new Error("the connection was lost"));
      else controller.enqueue(new TextEncoder().encode(`+6149157${String(1_000 + sent)}\n`.repeat(30_000)));
    },
  });
  await upload(id, cut).catch(() => {});
  expect((await listOf(id))?.current?.numbers).toBe(2);
  expect(await upload(id, "+61491570006\n+61491570157\n")).toMatchObject({ status: 201, numbers: 2 });
  await admin.mutate("suppression.remove", { id, note: NOTE });
});

test.each<[string, Body | null, Record<string, string>, RegExp]>([
  ["an empty file", "", {}, /No phone number/],
  ["words", "hello\nthere\nand\nmore\n", {}, /No phone number/],
  ["another country's", "+61491570006\n12\n13\n14\n15\n", {}, /rows have no number/],
  ["a workbook", "PK\u0003\u0004", {}, /archive or a workbook/],
  ["a change list", "202,5550101,20261101,A\n", {}, /full list/],
  ["no day", "2025550101\n", { downloadedOn: "" }, /Say when/],
  ["a day to come", "2025550101\n", { downloadedOn: "2999-01-01" }, /future/],
  ["an expired list", "2025550101\n", { downloadedOn: "2020-01-01" }, /has expired already/],
])("refuses %s with what to do", async (_, body, more, sentence) => {
  const id = await addList("US-FTC", "US");
  expect(await upload(id, body, more)).toEqual({ status: 400, error: expect.stringMatching(sentence) });
  expect((await listOf(id))?.current).toBeNull();
  await admin.mutate("suppression.remove", { id, note: NOTE });
});

test("only who may lift an opt-out changes lists, and no other tenant sees or changes them", async () => {
  const id = await addList("OTHER", "AU");
  const operator = await server.signIn("operator@acme.example.com");
  const rival = await server.signIn("admin@rival.example.com");
  expect((await upload(id, "+61491570006\n", {}, operator)).status).toBe(403);
  expect((await operator.mutate("suppression.remove", { id, note: NOTE })).status).toBe(403);
  expect((await operator.query("suppression.list")).status).toBe(200);
  expect((await upload(id, "+61491570006\n", {}, rival)).status).toBe(404);
  expect((await rival.mutate("suppression.remove", { id, note: NOTE })).status).toBe(404);
  expect(
    (await rival.mutate("suppression.setAfterExpiry", { id, afterExpiry: "warn", note: NOTE })).status,
  ).toBe(404);
  expect(await listOf(id, rival)).toBeUndefined();
  expect(
    (await admin.mutate("suppression.add", { name: "x", register: "US-FTC", country: "AU" })).message,
  ).toBe("National Do Not Call Registry is a register of US.");
  expect((await admin.mutate("suppression.add", { name: "x", register: "XX", country: "AU" })).status).toBe(
    400,
  );
});

test("a contact's page and a preflight name the list", async () => {
  const id = await addList("OTHER", "AU");
  await upload(id, "+61491570006\n");
  await addContacts(server.sql, tenantId, ["+61491570006", "+61491570156"]);
  const [contact] = await server.sql<{ id: string }[]>`
    select id from contacts where tenant_id = ${tenantId} and phone_e164 = '+61491570006'`;
  const shown = await admin.query<{ suppression: { id: string; downloadedOn: string }[] }>("contacts.get", {
    id: contact!.id,
  });
  expect(shown.data.suppression).toMatchObject([{ id, downloadedOn: today }]);
  const body = "Acme: sale on. Reply STOP to opt out";
  const made = await admin.mutate<{ id: string }>("campaigns.create", {
    ...{
      name: "Sale",
      body,
      audience: { kind: "all" },
      quietHours: null,
      expiresAt: null,
      smartEncoding: true,
    },
  });
  const { data } = await admin.query<{ suppression: object[]; warnings: string[] }>("campaigns.preflight", {
    id: made.data.id,
  });
  expect(data.suppression).toMatchObject([{ listId: id, listed: 1, held: 0, unchecked: 0 }]);
  expect(data.warnings.join()).toContain("1 person is on the suppression list");
});
