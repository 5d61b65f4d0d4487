import { afterAll, beforeAll, expect, it } from "vitest";
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
let admin: Caller;
let operator: Caller;
let viewer: Caller;
let ids: string[];
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["admin", "operator", "viewer"]);
  admin = await server.signIn("admin@acme.example.com");
  operator = await server.signIn("operator@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  ids = await addContacts(server.sql, tenantId, [FICTION[0], FICTION[1], FICTION[2]]);
});
afterAll(() => server.close());

const EVERYONE = { kind: "filter" };
const TAG = { do: "add-tag", tag: "spring" };
const tag = { change: TAG, choice: EVERYONE, contacts: 3 };

it("starts what the preview counted, and refuses another number", async () => {
  const seen = await operator.mutate("contacts.bulk.preview", { change: TAG, choice: EVERYONE });
  expect(seen.data).toMatchObject({ contacts: 3, changed: 3, unchanged: 0, keptOptedOut: 0 });
  expect(await operator.mutate("contacts.bulk.start", { ...tag, contacts: 2 })).toMatchObject({
    ...{ status: 409, message: expect.stringContaining("3 contacts match now") },
  });
  const { data } = await operator.mutate<{ id: string }>("contacts.bulk.start", tag);
  expect((await viewer.query("contacts.bulk.get", data)).data).toMatchObject({
    ...{ what: "Add tag “spring”", status: "queued", total: 3, target: { kind: "filter", isSearch: false } },
  });
  expect(await operator.mutate("contacts.bulk.undo", { ...data, note: "A mistake" })).toMatchObject({
    ...{ status: 409, message: expect.stringContaining("has not ended") },
  });
  await operator.mutate("contacts.bulk.cancel", data);
  expect(await operator.mutate("contacts.bulk.undo", { ...data, note: "A mistake" })).toMatchObject({
    ...{ status: 409, message: expect.stringContaining("changed nothing") },
  });
  const audit = await server.sql`select action from audit_log where object_id = ${data.id} order by seq`;
  expect(audit.map(({ action }) => action)).toEqual(["bulk.start", "bulk.cancel"]);
});

it("refuses an undo that runs or was done, and queues it once", async () => {
  const { data } = await operator.mutate<{ id: string }>("contacts.bulk.start", tag);
  await server.sql`
    update bulk_actions set status = 'completed', changed = 3, finished_at = now() where id = ${data.id}`;
  expect((await operator.mutate("contacts.bulk.undo", { ...data, note: "A mistake" })).status).toBe(200);
  expect((await operator.mutate("contacts.bulk.undo", { ...data, note: "Once more" })).message).toMatch(
    /already/,
  );
  await server.sql`update import_undos set status = 'completed' where import_id = ${data.id}`;
  expect((await operator.mutate("contacts.bulk.undo", { ...data, note: "Once more" })).message).toMatch(
    /was undone/,
  );
});

it("asks for the roles that one contact needs, and for a reason", async () => {
  const order = (change: object) => ({
    change,
    choice: { kind: "ticked", ids: [ids[0]] },
    contacts: 1,
    note: "Asked",
  });
  expect((await viewer.mutate("contacts.bulk.start", tag)).status).toBe(403);
  for (const what of ["delete", "unlist"])
    expect((await operator.mutate("contacts.bulk.start", order({ do: what }))).status).toBe(403);
  expect(
    (await operator.mutate("contacts.bulk.start", { ...order({ do: "list" }), note: undefined })).message,
  ).toMatch(/reason/);
  const { data } = await operator.mutate<{ id: string }>("contacts.bulk.start", order({ do: "list" }));
  await server.sql`
    update bulk_actions set status = 'completed', changed = 1, finished_at = now() where id = ${data.id}`;
  // Undoing it takes a number off the list.
  expect((await operator.mutate("contacts.bulk.undo", { ...data, note: "A mistake" })).status).toBe(403);
  expect((await admin.mutate("contacts.bulk.undo", { ...data, note: "A mistake" })).status).toBe(200);
  await server.sql`update sessions set proven_at = now() - interval '1 hour'`;
  expect((await admin.mutate("contacts.bulk.start", order({ do: "unlist" }))).status).not.toBe(200);
  expect((await admin.mutate("contacts.bulk.start", order({ do: "delete" }))).status).toBe(200);
});

it("refuses what no contact can have", async () => {
  const preview = (change: object, choice: object = EVERYONE) =>
    operator.mutate("contacts.bulk.preview", { change, choice });
  const refused: [object, object?][] = [
    [{ do: "set-field", name: "nothing", value: "x" }],
    [{ do: "set-detail", detail: "address_country", value: "Australia" }],
    [{ do: "set-detail", detail: "first_name", value: "x" }],
    [{ do: "set-zone", timezone: "UTC" }],
    [{ do: "add-tag", tag: "" }],
    [{ do: "delete", all: true }],
    [TAG, { kind: "ticked", ids: [] }],
    [TAG, { kind: "filter", field: { name: "nothing", value: "x" } }],
  ];
  for (const [change, choice] of refused) expect((await preview(change, choice)).status).toBe(400);
});
