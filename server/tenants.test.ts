import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "./router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "./testing.ts";

let server: TestServer;
let own: Caller;
/** What belongs to the other tenant, by what it is. */
const their: Record<string, string> = {};

const SECRET = "their-secret";

beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme");
  their.tenantId = await createTenant(server.sql, SECRET, ["owner", "viewer"]);
  own = await server.signIn("owner@acme.example.com");
  const theirs = await server.signIn(`owner@${SECRET}.example.com`);
  await fill(theirs);
});
afterAll(() => server.close());

/** One of everything that a tenant can have. */
async function fill(owner: Caller): Promise<void> {
  const { sql } = server;
  const { tenantId } = their as { tenantId: string };
  [their.contactId] = (await addContacts(sql, tenantId, [FICTION[0]])) as [string];
  await sql`update contacts set first_name = ${SECRET}, tags = array[${SECRET}] where tenant_id = ${tenantId}`;
  their.draftId = (
    await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, name: SECRET })
  ).data.id;
  their.runningId = (
    await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, name: SECRET })
  ).data.id;
  await sql`update campaigns set status = 'running', launched_at = now(), audience_count = 1 where id = ${their.runningId}`;
  const [job] = await sql<{ id: string }[]>`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    values (${tenantId}, ${their.runningId}, ${their.contactId}, ${FICTION[0]}, 'AU') returning id`;
  their.messageId = job!.id;
  await owner.mutate("doNotContact.add", { phone: FICTION[1], note: SECRET });
  const number = {
    phone: FICTION[2],
    kind: "long-code",
    country: "AU",
    label: SECRET,
    segmentsPerSecond: 10,
  };
  their.numberId = (await owner.mutate<{ id: string }>("numbers.add", number)).data.id;
  const [text] = await sql<{ id: string }[]>`
    insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, contact_id, kind)
    values (${tenantId}, 'SM1', ${FICTION[0]}, ${FICTION[2]}, ${SECRET}, ${their.contactId}, 'ask-a-person')
    returning id`;
  their.textId = text!.id;
  await sql`
    insert into alerts (tenant_id, rule, severity, state, summary, value, since, judged_at, opened_at, resolved_at)
    values (${tenantId}, 'opt-out-rate', 'warning', 'open', ${SECRET}, 1, now(), now(), now(), null),
      (${tenantId}, 'failure-rate', 'warning', 'resolved', ${SECRET}, 1, now(), now(), now(), now())`;
  const [upload] = await sql<{ id: string }[]>`
    insert into imports (tenant_id, file_name, status, header, sample, encoding, delimiter, size_bytes)
    values (${tenantId}, ${SECRET}, 'ready', ${sql.json(["phone"])}, ${sql.json([[FICTION[0]]])}, 'UTF-8', ',', 10)
    returning id`;
  their.importId = upload!.id;
  const people = await owner.query<{ userId: string; role: string }[]>("people.list");
  their.userId = people.data.find(({ role }) => role === "viewer")!.userId;
  const sessions = await owner.query<{ id: string }[]>("auth.sessions");
  their.sessionId = sessions.data[0]!.id;
}

const mapping = { phone: 0 };

/**
 * Every procedure, with input that names what belongs to somebody else. `refused`: it says that there is no such
 * thing. `own`: it answers, from its own tenant. A procedure that is missing here fails the test below.
 */
const TABLE: Record<string, { expect: "refused" | "own"; input?: () => unknown }> = {
  "auth.signIn": {
    expect: "refused",
    input: () => ({ email: `owner@${SECRET}.example.com`, password: "guess" }),
  },
  "auth.me": { expect: "own" },
  "auth.sessions": { expect: "own" },
  "auth.endSession": { expect: "refused", input: () => ({ id: their.sessionId }) },
  "auth.changePassword": {
    expect: "refused",
    input: () => ({ current: "guess", next: "another good password" }),
  },
  "auth.switchTenant": { expect: "refused", input: () => ({ tenantId: their.tenantId }) },
  "contacts.list": { expect: "own", input: () => ({}) },
  "contacts.get": { expect: "refused", input: () => ({ id: their.contactId }) },
  "contacts.conversation": { expect: "refused", input: () => ({ id: their.contactId }) },
  "contacts.tags": { expect: "own" },
  "contacts.update": { expect: "refused", input: () => ({ id: their.contactId, firstName: "Changed" }) },
  // The same number may be a contact of both: adding it here must not touch it there.
  "contacts.add": {
    expect: "own",
    input: () => ({ phone: FICTION[0], consentBasis: "express", consentEvidence: "asked on the phone" }),
  },
  "imports.list": { expect: "own", input: () => ({}) },
  "imports.get": { expect: "refused", input: () => ({ id: their.importId }) },
  "imports.preview": { expect: "refused", input: () => ({ id: their.importId, mapping }) },
  "imports.start": {
    expect: "refused",
    input: () => ({
      id: their.importId,
      mapping,
      consentBasis: "express",
      consentEvidence: "web form",
      tags: [],
    }),
  },
  "imports.cancel": { expect: "refused", input: () => ({ id: their.importId }) },
  "imports.rejections": { expect: "refused", input: () => ({ id: their.importId }) },
  "imports.live": { expect: "refused", input: () => ({ id: their.importId }) },
  "campaigns.list": { expect: "own", input: () => ({}) },
  "campaigns.get": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.create": { expect: "own", input: () => DRAFT },
  "campaigns.update": {
    expect: "refused",
    input: () => ({ ...DRAFT, id: their.draftId, updatedAt: new Date().toISOString() }),
  },
  "campaigns.remove": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.duplicate": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.audienceCount": { expect: "own", input: () => ({ audience: { kind: "tags", tags: [SECRET] } }) },
  "campaigns.previewBody": { expect: "refused", input: () => ({ body: "Hi", contactId: their.contactId }) },
  "campaigns.preflight": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.launch": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.schedule": {
    expect: "refused",
    input: () => ({ id: their.draftId, at: new Date(Date.now() + 86_400_000).toISOString() }),
  },
  "campaigns.unschedule": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.sendTest": {
    expect: "refused",
    input: () => ({ testId: randomUUID(), campaignId: their.draftId, contactId: their.contactId }),
  },
  "campaigns.pace": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.pause": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.resume": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.cancel": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.progress": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.live": { expect: "refused", input: () => ({ id: their.runningId }) },
  "messages.list": { expect: "own", input: () => ({ campaignId: their.runningId }) },
  "messages.get": { expect: "refused", input: () => ({ id: their.messageId }) },
  "messages.resend": { expect: "refused", input: () => ({ id: their.messageId, reason: "It never came" }) },
  "inbox.counts": { expect: "own" },
  "inbox.list": { expect: "own", input: () => ({}) },
  "inbox.correspondence": { expect: "own", input: () => ({ phone: FICTION[0] }) },
  "inbox.turns": { expect: "own", input: () => ({ phone: FICTION[0] }) },
  "inbox.reply": { expect: "own", input: () => ({ id: randomUUID(), phone: FICTION[0], body: "Hello" }) },
  "inbox.markRead": { expect: "own", input: () => ({ phone: FICTION[0], upToId: their.textId }) },
  "inbox.decide": { expect: "refused", input: () => ({ id: their.textId, decision: "opted-out" }) },
  "doNotContact.list": { expect: "own", input: () => ({}) },
  "doNotContact.add": { expect: "own", input: () => ({ phone: FICTION[3], note: "asked" }) },
  "doNotContact.remove": { expect: "refused", input: () => ({ phone: FICTION[1], note: "asked" }) },
  "killSwitch.status": { expect: "own" },
  "killSwitch.pause": { expect: "own" },
  "killSwitch.resume": { expect: "own" },
  "settings.get": { expect: "own" },
  "settings.update": { expect: "own", input: () => ({ name: "Acme" }) },
  "budget.status": { expect: "own" },
  "budget.change": { expect: "own", input: () => ({ dailyBudgetCents: 5_000, reason: "A larger campaign" }) },
  "numbers.list": { expect: "own" },
  // A number in use elsewhere is refused without a word about whose it is.
  "numbers.add": {
    expect: "refused",
    input: () => ({ phone: FICTION[2], kind: "long-code", country: "AU", segmentsPerSecond: 10 }),
  },
  "numbers.update": { expect: "refused", input: () => ({ id: their.numberId, label: "Changed" }) },
  "people.list": { expect: "own" },
  "people.add": { expect: "own", input: () => ({ email: "new@example.com", name: "New", role: "viewer" }) },
  "people.setRole": { expect: "refused", input: () => ({ userId: their.userId, role: "operator" }) },
  "people.remove": { expect: "refused", input: () => ({ userId: their.userId }) },
  "audit.list": { expect: "own", input: () => ({}) },
  "alerts.open": { expect: "own" },
  "alerts.past": { expect: "own", input: () => ({}) },
  "alerts.count": { expect: "own" },
  "home.summary": { expect: "own" },
  // A restore is of the whole database: what it is about is no tenant's.
  "restore.status": { expect: "own" },
  "restore.differences": { expect: "own", input: () => ({}) },
  "restore.unlock": { expect: "refused", input: () => ({ restoreId: randomUUID() }) },
  "system.status": { expect: "own" },
  "system.objectives": { expect: "own" },
  "system.diagnosis": { expect: "own" },
  // Last: they end the session.
  "auth.signOutEverywhere": { expect: "own" },
  "auth.signOut": { expect: "own" },
};

type Definition = { _def: { type: "query" | "mutation" | "subscription" } };
const procedures = appRouter._def.procedures as unknown as Record<string, Definition>;

async function ask(path: string, input: unknown): Promise<{ text: string; refused: boolean }> {
  const headers = { cookie: own.cookie, "content-type": "application/json" };
  const body = input === undefined ? undefined : JSON.stringify(input);
  const response =
    procedures[path]!._def.type === "mutation"
      ? await server.app.request(`/trpc/${path}`, { method: "POST", headers, body })
      : await server.app.request(`/trpc/${path}${body ? `?input=${encodeURIComponent(body)}` : ""}`, {
          headers,
        });
  const text = await response.text();
  return { text, refused: response.status >= 400 || /event: serialized-error/.test(text) };
}

/** All rows of the other tenant, so that a change of any of them shows. */
async function theirRows(): Promise<string> {
  const tables = await server.sql<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`;
  const rows: string[] = [];
  for (const { name } of tables) {
    // A guess at their password is noted in their own audit log: that is for them to see.
    const without = name === "audit_log" ? server.sql`and action <> 'auth.sign-in-failed'` : server.sql``;
    const found = await server.sql`
      select to_jsonb(t)::text as row from ${server.sql(name)} t where tenant_id = ${their.tenantId!} ${without} order by 1`;
    rows.push(...found.map((each) => `${name} ${each.row}`));
  }
  const [tenant] =
    await server.sql`select to_jsonb(t)::text as row from tenants t where id = ${their.tenantId!}`;
  return [...rows, tenant!.row].join("\n");
}

describe("another tenant's things", () => {
  it("are asked for by every procedure in the table", () => {
    expect(Object.keys(TABLE).sort()).toEqual(Object.keys(procedures).sort());
  });

  it.each(Object.entries(TABLE))("%s", async (path, { expect: expected, input }) => {
    const before = await theirRows();
    const { text, refused } = await ask(path, input?.());
    expect(refused, text).toBe(expected === "refused");
    expect(await theirRows()).toBe(before);
    expect(text).not.toContain(SECRET);
    for (const [what, id] of Object.entries(their)) expect(text, what).not.toContain(id);
    expect(server.logged.join()).not.toContain("A procedure failed");
  });

  it("are not reached by the plain routes either", async () => {
    const session = await server.signIn("owner@acme.example.com");
    const headers = { cookie: session.cookie };
    for (const action of ["pause", "resume"]) {
      const response = await server.app.request(`/tenants/${their.tenantId}/${action}`, {
        method: "POST",
        headers,
      });
      expect(response.status).toBe(404);
    }
    const csv = await server.app.request(`/imports/${their.importId}/rejections.csv`, { headers });
    expect(csv.status).toBe(404);
  });
});
