import { randomUUID } from "node:crypto";
import { CUSTOM_ACTIONS } from "@smscrm/core/process/roles";
import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "../../router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../../testing/test-api.ts";
import { createLookUps } from "./look-ups.ts";

/** Numbers of contacts, of somebody who wrote and is none, and of one who opted out. */
const [CONTACT, OTHER, STRANGER, OPTED_OUT] = FICTION;
const SENDING = "+61480001000";
/** A part of each, as digits: no answer may hold it. */
const SECRET = /4\D{0,2}9\D{0,2}1\D{0,2}5\D{0,2}7\D{0,2}0\D{0,2}[01]/;

let server: TestServer;
let tenantId: string;
let owner: Caller;
/** May do everything that a custom role may, but sees no number. */
let masked: Caller;
const ids: Record<string, string> = {};
/** What no role without numbers can have. */
const WITH_NUMBERS: readonly string[] = ["phoneNumbers.read", "imports.run", "privacy.read", "privacy.erase"];

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer", "agent"]);
  owner = await server.signIn("owner@acme.example.com");
  await fill();
  const actions = CUSTOM_ACTIONS.filter((action) => !WITH_NUMBERS.includes(action));
  const role = await owner.mutate<{ id: string }>("roles.create", { name: "Masked", actions });
  const people = await owner.query<{ userId: string; role: string }[]>("people.list");
  const userId = people.data.find((person) => person.role === "viewer")!.userId;
  await owner.mutate("people.setRole", { userId, role: role.data.id });
  masked = await server.signIn("viewer@acme.example.com");
});
afterAll(() => server.close());

async function fill(): Promise<void> {
  const { sql } = server;
  [ids.contact] = (await addContacts(sql, tenantId, [CONTACT, OTHER])) as [string, string];
  // Numbers where nobody expects them.
  await sql`update contacts set first_name = ${`Mia ${CONTACT}`}, last_name = '0491 570 006', email = ${`${CONTACT.slice(1)}@example.com`},
    custom = ${sql.json({ "Second mobile": "(0491) 570-156", [CONTACT]: "yes" })}, tags = array['vip', ${`tag ${CONTACT}`}]
    where tenant_id = ${tenantId} and phone_e164 = ${CONTACT}`;
  await sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, ${SENDING}, 'AU', 1000, 1000)`;
  const body = `{{first_name}}, call us at 0491 570 158. Your number is {{phone}}. Reply STOP to opt out.`;
  const draft = await owner.mutate<{ id: string }>("campaigns.create", {
    ...DRAFT,
    body,
    name: `For ${CONTACT}`,
  });
  ids.draft = draft.data.id;
  const running = await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, body });
  ids.campaign = running.data.id;
  await owner.mutate("campaigns.launch", { id: ids.campaign });
  const [job] = await sql<{ id: string }[]>`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    values (${tenantId}, ${ids.campaign}, ${ids.contact}, ${CONTACT}, 'AU')
    on conflict (contact_id, campaign_id) do update set country = 'AU' returning id`;
  ids.message = job!.id;
  const text = (from: string, words: string) =>
    ingestInbound(sql, {
      messageSid: `SM${randomUUID().replaceAll("-", "")}`,
      ...{ from, to: SENDING, body: words, optOutType: null, payload: {} },
    });
  await text(CONTACT, "My other number is 0491 570 157");
  await text(STRANGER, `Who is this? I am ${STRANGER}`);
  await owner.mutate("inbox.reply", { id: randomUUID(), phone: CONTACT, body: `Hello ${CONTACT}` });
  await owner.mutate("doNotContact.add", { phone: OPTED_OUT, note: "asked, from 0491 570 156" });
  await owner.mutate("doNotContact.add", { phone: STRANGER, note: "asked" });
  const upload = await server.app.request(
    `/uploads/imports?fileName=${encodeURIComponent(`list ${CONTACT}.csv`)}`,
    {
      method: "POST",
      headers: { cookie: owner.cookie, "content-type": "text/csv" },
      body: `phone,first name\n${CONTACT},Mia\n0491 570 006,Bo\n491570006,Di\n`,
    },
  );
  ids.import = ((await upload.json()) as { id: string }).id;
  await sql`
    insert into import_rejections (tenant_id, import_id, line, reason, detail, row)
    values (${tenantId}, ${ids.import}, 2, 'Too short', 'No number', ${sql.json(["0491 570 0", "Bo"])})`;
  const [inbound] = await sql<{ id: string }[]>`
    select id from inbound_messages where tenant_id = ${tenantId} and from_phone = ${CONTACT}`;
  ids.text = inbound!.id;
}

/** Inputs of the procedures that need some. Those that are missing are called with {}. */
const INPUTS: Record<string, () => unknown> = {
  "contacts.get": () => ({ id: ids.contact }),
  "contacts.conversation": () => ({ id: ids.contact }),
  "contacts.list": () => ({ search: CONTACT }),
  "imports.get": () => ({ id: ids.import }),
  "imports.live": () => ({ id: ids.import }),
  "imports.rejections": () => ({ id: ids.import }),
  "campaigns.get": () => ({ id: ids.draft }),
  "campaigns.live": () => ({ id: ids.campaign }),
  "campaigns.pace": () => ({ id: ids.campaign }),
  "campaigns.progress": () => ({ id: ids.campaign }),
  "campaigns.preflight": () => ({ id: ids.draft }),
  "campaigns.audienceCount": () => ({ audience: { kind: "all" } }),
  "campaigns.previewBody": () => ({ body: "{{phone}} {{first_name}}", contactId: ids.contact }),
  "campaigns.export": () => ({ id: ids.campaign }),
  "live.follow": () => ({ tenantId, campaigns: [ids.campaign], imports: [ids.import] }),
  "messages.get": () => ({ id: ids.message }),
  "messages.list": () => ({ phone: CONTACT }),
  "inbox.correspondence": () => ({ phone: CONTACT }),
  "inbox.turns": () => ({ phone: CONTACT }),
  "doNotContact.add": () => ({ phone: OTHER, note: `asked, from ${OTHER}` }),
  "contacts.update": () => ({ id: ids.contact, firstName: `Mia ${CONTACT}` }),
  "contacts.add": () => ({ phone: CONTACT, consentBasis: "express", consentEvidence: "on the phone" }),
  "campaigns.duplicate": () => ({ id: ids.draft }),
  "inbox.reply": () => ({ id: randomUUID(), phone: CONTACT, body: `Hi ${CONTACT}` }),
  "inbox.decide": () => ({ id: ids.text, decision: "not-an-opt-out" }),
};
/** They end the session. */
const ENDS = ["auth.signOut", "auth.signOutEverywhere"];

type Definition = { _def: { type: "query" | "mutation" | "subscription" } };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Definition>)
  .map(([path, { _def }]) => ({ path, type: _def.type }))
  .filter(({ path }) => !ENDS.includes(path));

async function answer(caller: Caller, path: string, type: string, input: unknown): Promise<string> {
  const headers = { cookie: caller.cookie, "content-type": "application/json" };
  const body = JSON.stringify(input);
  const request =
    type === "subscription"
      ? server.app.request(`/trpc/${path}?input=${encodeURIComponent(body)}`, { headers })
      : server.app.request(`/trpc/${path}`, { method: "POST", headers, body });
  const response = await request;
  return type === "subscription" ? firstEvents(response) : response.text();
}

/** Returns what a stream sends within a moment. */
async function firstEvents(response: Response): Promise<string> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  const until = Date.now() + 600;
  let text = "";
  while (Date.now() < until) {
    const chunk = await Promise.race([
      reader.read(),
      new Promise<null>((resolve) => setTimeout(() => resolve(null), until - Date.now())),
    ]);
    if (!chunk || chunk.done) break;
    text += decoder.decode(chunk.value);
  }
  await reader.cancel();
  return text;
}

describe("a role without phoneNumbers.read", () => {
  it.each(procedures)("gets no number from $path", async ({ path, type }) => {
    const text = await answer(masked, path, type, INPUTS[path]?.() ?? {});
    expect(text).not.toMatch(SECRET);
  });

  it.each([
    ...["contacts.list", "contacts.get", "contacts.conversation", "imports.get", "imports.rejections"],
    ...[
      "campaigns.get",
      "campaigns.previewBody",
      "messages.list",
      "messages.get",
      "inbox.list",
      "imports.live",
    ],
    ...[
      "inbox.correspondence",
      "inbox.turns",
      "doNotContact.list",
      "audit.list",
      "live.follow",
      "imports.list",
    ],
  ])("gets from %s masks where an owner gets numbers", async (path) => {
    const { type } = procedures.find((each) => each.path === path)!;
    expect(await answer(owner, path, type, INPUTS[path]?.() ?? {})).toMatch(SECRET);
    expect(await answer(masked, path, type, INPUTS[path]?.() ?? {})).toContain("•");
  });

  it("sees the organisation's own numbers, which every text shows", async () => {
    expect(await answer(masked, "numbers.list", "query", {})).toContain(SENDING);
  });

  it("gets errors without numbers, too", async () => {
    const refused = await masked.query("campaigns.list", { [`${CONTACT}`]: 1, limit: CONTACT });
    expect(JSON.stringify(refused)).not.toMatch(SECRET);
    const text = await answer(masked, "contacts.get", "query", { id: CONTACT });
    expect(text).not.toMatch(SECRET);
  });

  it("answers a person by the reference in place of their number", async () => {
    const list = await masked.query<{ items: { phone: string; contactName: string | null }[] }>(
      "inbox.list",
      {},
    );
    const theirs = list.data.items.find(({ phone }) => phone.startsWith("+614••••••57#"))!;
    const turns = await masked.query<{ items: { body: string }[] }>("inbox.turns", { phone: theirs.phone });
    expect(turns.data.items.map(({ body }) => body)).toEqual(["Who is this? I am +614••••••57"]);
    const known = list.data.items.find(({ phone }) => phone.startsWith("+614••••••06#"))!;
    const reply = { id: randomUUID(), phone: known.phone, body: "We call you back." };
    expect(await masked.mutate("inbox.reply", reply)).toMatchObject({ status: 200 });
    const [sent] = await server.sql<{ phone: string }[]>`
      select j.phone_e164 as phone from send_jobs j join campaigns c on c.id = j.campaign_id
      where j.tenant_id = ${tenantId} and c.body = ${reply.body}`;
    expect(sent?.phone).toBe(CONTACT);
  });

  it("reads a list to its end by cursors without numbers", async () => {
    const first = await masked.query<{ nextCursor: string; items: unknown[] }>("doNotContact.list", {
      limit: 1,
    });
    expect(first.data.nextCursor).not.toMatch(SECRET);
    const second = await masked.query<{ items: { phone: string }[] }>("doNotContact.list", {
      ...{ limit: 1, cursor: first.data.nextCursor },
    });
    expect(second).toMatchObject({ status: 200 });
    expect(second.data.items).not.toEqual(first.data.items);
  });

  it("can't ask by a cursor which numbers come before a number", async () => {
    const guess = { limit: 1, cursor: `9999999999|${OPTED_OUT}` };
    expect(await owner.query("doNotContact.list", guess)).toMatchObject({ status: 200 });
    expect(await masked.query("doNotContact.list", guess)).toMatchObject({ status: 400 });
  });

  it("finds people by a whole number or a name, and by no part of a number", async () => {
    const found = async (path: string, search: string) =>
      (await masked.query<{ items: unknown[] }>(path, { search })).data?.items.length ?? "refused";
    expect(await found("contacts.list", "0491 570 006")).toBe(1);
    expect(await found("contacts.list", "Mia")).toBe(2);
    for (const part of ["0491", "570 006", "+6149157000", "6", "a4b9", "٠٤٩١"])
      expect(await found("contacts.list", part), part).toBe("refused");
    expect(await found("doNotContact.list", OPTED_OUT)).toBe(1);
    expect(await found("doNotContact.list", "4")).toBe("refused");
    const refused = await masked.query("contacts.list", { search: "0491" });
    expect(refused.message).toMatch(/search by a whole number only/);
    expect(
      (await owner.query<{ items: unknown[] }>("contacts.list", { search: "0491" })).data.items,
    ).toHaveLength(2);
  });

  it("can't use a reference of another organisation, nor in a field that is not a number", async () => {
    const other = await createTenant(server.sql, "beta", ["owner", "viewer"]);
    await addContacts(server.sql, other, [CONTACT]);
    const viewer = await server.signIn("viewer@beta.example.com");
    const theirs = await viewer.query<{ items: { phone: string }[] }>("contacts.list", {});
    const { phone } = theirs.data.items[0]!;
    expect(await viewer.query("inbox.turns", { phone })).toMatchObject({ status: 200 });
    expect(await masked.query("inbox.turns", { phone })).toMatchObject({ status: 400 });
    const mine = (await masked.query<{ phone: string }>("contacts.get", { id: ids.contact })).data.phone;
    await masked.mutate("contacts.update", { id: ids.contact, firstName: mine.slice(0, 100) });
    const [row] = await server.sql<
      { name: string }[]
    >`select first_name as name from contacts where id = ${ids.contact!}`;
    expect(row?.name).toContain("•");
  });

  it("takes out files with masked numbers, and not the rows that could not be read", async () => {
    const get = (path: string, { cookie }: Caller) => server.app.request(path, { headers: { cookie } });
    const csv = async (caller: Caller) =>
      (await get(`/campaigns/${ids.campaign}/messages.csv`, caller)).text();
    expect(await csv(owner)).toMatch(SECRET);
    const text = await csv(masked);
    expect(text).not.toMatch(SECRET);
    expect(text).toContain("+614••••••06,");
    expect((await get(`/imports/${ids.import}/rejections.csv`, owner)).status).toBe(200);
    expect((await get(`/imports/${ids.import}/rejections.csv`, masked)).status).toBe(403);
  });

  it("looks up at most 30 whole numbers a minute, whatever asks for them", async () => {
    const viewer = await server.signIn("viewer@beta.example.com");
    const asked: number[] = [];
    for (let nth = 0; nth < 31; nth += 1)
      asked.push((await viewer.query("messages.list", { phone: "0491 570 006" })).status);
    expect(asked).toEqual([...Array(30).fill(200), 429]);
    expect(await viewer.query("contacts.list", { search: "Mia" })).toMatchObject({ status: 200 });
    const own = await server.signIn("owner@beta.example.com");
    for (let nth = 0; nth < 31; nth += 1)
      expect((await own.query("messages.list", { phone: "0491 570 006" })).status).toBe(200);
  });
});

it("numbers are masked for viewers and approvers, and not for those who answer people or keep evidence", async () => {
  const roles = ["admin", "operator", "approver", "auditor", "viewer"] as const;
  const gamma = await createTenant(server.sql, "gamma", [...roles, "agent"]);
  await addContacts(server.sql, gamma, [CONTACT]);
  const seen: string[] = [];
  for (const role of roles) {
    const caller = await server.signIn(`${role}@gamma.example.com`);
    if (SECRET.test(await answer(caller, "contacts.list", "query", {}))) seen.push(role);
  }
  expect(seen).toEqual(["admin", "operator", "auditor"]);
});

it("counts look-ups anew each minute", () => {
  let at = 0;
  const lookUp = createLookUps(() => at);
  for (let nth = 0; nth < 30; nth += 1) lookUp("mia");
  expect(() => lookUp("mia")).toThrow(/30 numbers a minute/);
  lookUp("bo");
  at = 60_000;
  lookUp("mia");
});
