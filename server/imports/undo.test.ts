import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

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
  await server.sql`delete from import_undos`;
  await server.sql`delete from contact_changes`;
  await server.sql`delete from imports`;
});

interface Ended {
  kind?: string;
  status?: string;
  isLogged?: boolean;
  endedAt?: Date;
}

async function ended({
  kind = "contacts",
  status = "completed",
  isLogged = true,
  endedAt = new Date(),
}: Ended = {}) {
  const [row] = await server.sql<{ id: string }[]>`
    insert into imports (tenant_id, file_name, kind, status, is_logged, finished_at, created, updated, renamed, header, sample)
    values (${tenantId}, 'people.csv', ${kind}, ${status}, ${isLogged}, ${endedAt}, 2, 1, 1, '["Mobile"]', '[]') returning id`;
  return row!.id;
}

interface Changes {
  items: unknown[];
  nextCursor: string | null;
}

const DAY_MS = 86_400_000;

it("queues an undo once, with its reason in the audit log, and shows it with the import", async () => {
  const id = await ended();
  expect((await operator.query("imports.get", { id })).data).toMatchObject({ undo: null, undoStatus: null });
  await operator.mutate("imports.undo", { id, note: "The wrong list" });
  expect((await operator.query("imports.get", { id })).data).toMatchObject({
    undoStatus: "queued",
    undo: { reason: "The wrong list", total: 3, done: 0, requestedBy: expect.any(String) },
  });
  expect((await operator.mutate("imports.undo", { id, note: "Once more" })).message).toMatch(
    /undoing this import already/,
  );
  const [entry] =
    await server.sql`select action, object_id, detail from audit_log where action = 'import.undo'`;
  expect(entry).toMatchObject({
    object_id: id,
    detail: { fileName: "people.csv", reason: "The wrong list" },
  });
});

it.each<[string, Ended, RegExp]>([
  ["one that has not ended", { status: "running" }, /has not ended/],
  ["a list of opt-outs", { kind: "opt-outs" }, /list of opt-outs can't be undone/],
  ["one without a change log", { isLogged: false }, /kept for 30 days/],
  ["one that ended 31 days ago", { endedAt: new Date(Date.now() - 31 * DAY_MS) }, /kept for 30 days/],
])("refuses to undo %s, and says why", async (_, state, sentence) => {
  const id = await ended(state);
  expect((await operator.mutate("imports.undo", { id, note: "The wrong list" })).message).toMatch(sentence);
  expect((await operator.query("imports.get", { id })).data).toMatchObject({ undo: null });
});

it("asks for a reason, refuses fields that it does not know, and viewers", async () => {
  const id = await ended();
  expect((await operator.mutate("imports.undo", { id, note: "x" })).message).toMatch(/reason in a few words/);
  expect((await operator.mutate("imports.undo", { id, note: "A reason", force: true })).message).toMatch(
    /force/,
  );
  expect((await viewer.mutate("imports.undo", { id, note: "The wrong list" })).message).toMatch(/role/i);
});

it("lists what changed, field by field, page by page", async () => {
  const id = await ended();
  for (const [at, name] of ["Ann", "Bob", "Cy"].entries()) {
    const phone = `+6149157000${at}`;
    const [contact] = await server.sql<{ id: string }[]>`
      insert into contacts (tenant_id, phone_e164, first_name) values (${tenantId}, ${phone}, ${name}) returning id`;
    await server.sql`
      insert into contact_changes (tenant_id, import_id, kind, contact_id, phone_e164, before, after, kept)
      values (${tenantId}, ${id}, 2, ${contact!.id}, ${phone}, ${server.sql.json({ first_name: "Old", custom: {} })},
        ${server.sql.json({ first_name: name, custom: { pet: "cat" } })}, ${at === 2 ? ["first_name"] : null})`;
  }
  // A contact that is gone is left out.
  await server.sql`
    insert into contact_changes (tenant_id, import_id, kind, contact_id, phone_e164, before, after)
    values (${tenantId}, ${id}, 2, ${randomUUID()}, '+61491570009', '{}', '{}')`;
  const first = (await operator.query<Changes>("imports.changes", { id, of: "renamed", limit: 2 })).data!;
  expect(first.items).toMatchObject([
    {
      ...{ phone: "+61491570000", firstName: "Ann", kept: [] },
      fields: [
        { name: "first_name", before: "Old", after: "Ann" },
        { name: "custom.pet", before: null, after: "cat" },
      ],
    },
    { phone: "+61491570001" },
  ]);
  const second = (
    await operator.query<Changes>("imports.changes", {
      id,
      of: "renamed",
      limit: 2,
      cursor: first.nextCursor,
    })
  ).data!;
  expect(second).toMatchObject({ items: [{ phone: "+61491570002" }], nextCursor: null });
  expect((await viewer.query<Changes>("imports.changes", { id, of: "kept" })).data?.items).toMatchObject([
    { phone: expect.not.stringContaining("570002"), kept: ["first_name"] },
  ]);
});
