import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

interface Entry {
  key: string;
  kind: string;
  of: string;
  at: string;
  by: string | null;
  name: string | null;
  body: string | null;
  fields: object[];
  detail: object | null;
}
interface Page {
  items: Entry[];
  nextCursor: string | null;
}

let server: TestServer;
let tenantId: string;
let owner: Caller;
let desk: Caller;
let id: string;
let stranger: string;
const [MIA, NOBODY] = FICTION;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  desk = await server.signIn("viewer@acme.example.com");
  [id, stranger] = (await addContacts(server.sql, tenantId, [MIA, NOBODY])) as [string, string];
  await fill();
});
afterAll(() => server.close());

/** One of everything that can happen to a person. */
async function fill(): Promise<void> {
  const { sql } = server;
  await owner.mutate("contacts.update", { id, firstName: "Mia" });
  await owner.mutate("contacts.addConsent", { id, basis: "express", note: "asked on the phone" });
  await owner.mutate("inboxTeam.addNote", { phone: MIA, body: "Prefers mornings" });
  const [file] = await sql<{ id: string }[]>`
    insert into imports (tenant_id, file_name, status, header, sample, encoding, delimiter, size_bytes, started_at)
    values (${tenantId}, 'spring.csv', 'completed', '["phone"]', '[]', 'UTF-8', ',', 10, now()) returning id`;
  await sql`
    insert into contact_changes (tenant_id, import_id, kind, contact_id, phone_e164, before, after)
    values (${tenantId}, ${file!.id}, 1, ${id}, ${MIA}, '{"city":null}', '{"city":"Perth"}'),
      (${tenantId}, ${file!.id}, 11, ${id}, ${MIA}, '{"city":null}', '{"city":"Nowhere"}')`;
  await sql`
    insert into import_undos (import_id, tenant_id, status, reason, requested_by, finished_at)
    select ${file!.id}, ${tenantId}, 'completed', 'the wrong file', user_id, now() from memberships
    where tenant_id = ${tenantId} limit 1`;
  await sql`
    insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, contact_id, kind)
    values (${tenantId}, 'SM1', ${MIA}, '+61491570159', 'When are you open?', ${id}, 'none')`;
  const [campaign] = await sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, launched_at, audience_count)
    values (${tenantId}, 'Spring', 'Hi', '{"kind":"all"}', 'running', now(), 1) returning id`;
  await sql`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    values (${tenantId}, ${campaign!.id}, ${id}, ${MIA}, 'AU')`;
  await sql`insert into do_not_contact (tenant_id, phone_e164, source) values (${tenantId}, ${MIA}, 'import')`;
}

const read = async (input: object = {}, by = owner) =>
  (await by.query<Page>("person.timeline", { id, limit: 100, ...input })).data;

describe("a person's timeline", () => {
  it("has everything that happened to them once, newest first", async () => {
    const { items } = await read();
    expect(items.map(({ kind, of }) => `${kind} ${of}`).sort()).toEqual(
      [
        ...["change action", "change created", "change import", "change undo", "consent consent"],
        ...["consent list", "message message", "note note", "reply reply"],
      ].sort(),
    );
    expect(items.map(({ key }) => key)).toEqual(
      items
        .map(({ key }) => key)
        .sort()
        .reverse(),
    );
    expect(items.find(({ of }) => of === "action")).toMatchObject({
      ...{ name: "contact.update", by: "acme owner", detail: { fields: ["firstName"] } },
    });
    expect(items.find(({ of }) => of === "import")).toMatchObject({
      ...{ name: "spring.csv", fields: [{ name: "city", before: null, after: "Perth" }] },
    });
    expect(items.find(({ of }) => of === "undo")).toMatchObject({ body: "the wrong file" });
    expect(items.find(({ of }) => of === "note")).toMatchObject({
      body: "Prefers mornings",
      by: "acme owner",
    });
  });

  it("is the same when it is read in pages of two, and has one kind when asked for one", async () => {
    const all = (await read()).items.map(({ key }) => key);
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await read({ limit: 2, cursor });
      paged.push(...page.items.map(({ key }) => key));
      cursor = page.nextCursor;
    } while (cursor);
    expect(paged).toEqual(all);
    const consents = await read({ kinds: ["consent"] });
    expect(consents.items.map(({ of }) => of).sort()).toEqual(["consent", "list"]);
    expect((await read({ kinds: [] })).items).toEqual([]);
  });

  it("shows a member nothing that their role may not read, and no whole number where they see them masked", async () => {
    const made = await owner.mutate<{ id: string }>("roles.create", {
      name: "Desk",
      actions: ["contacts.read"],
    });
    const people = await owner.query<{ userId: string; role: string }[]>("people.list");
    const { userId } = people.data.find(({ role }) => role === "viewer")!;
    await owner.mutate("people.setRole", { userId, role: made.data.id });
    const { items } = await read({}, desk);
    const kinds = new Set(items.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["change", "consent"]);
    const told = items.map((entry) => ({ ...entry, phone: "a reference" }));
    expect(JSON.stringify(told)).not.toContain(MIA);
  });

  it("takes a note on a contact who never wrote, and none on a number that is nobody's", async () => {
    expect((await owner.mutate("inboxTeam.addNote", { phone: NOBODY, body: "Met at the fair" })).status).toBe(
      200,
    );
    const { items } = await read({ id: stranger, kinds: ["note"] });
    expect(items).toMatchObject([{ body: "Met at the fair" }]);
    const unknown = await owner.mutate("inboxTeam.addNote", { phone: "+61491570110", body: "Who?" });
    expect(unknown).toMatchObject({ code: "NOT_FOUND" });
  });
});
