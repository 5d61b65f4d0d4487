import { randomUUID } from "node:crypto";
import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import type { ConversationRow, InboxCounts } from "@smscrm/db/inbox/inbox";
import type { ConversationState } from "@smscrm/db/inbox/team";
import type { Page } from "@smscrm/db/postgres/page";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { ShownMessage } from "./conversation.ts";

const OURS = "+61480001000";
const THEIRS = "+61480001001";
const MIA = FICTION[0];
let server: TestServer;
let tenantId: string;
let owner: Caller;
let agent: Caller;
let viewer: Caller;
let stranger: Caller;
let agentId: string;
let viewerId: string;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "agent", "viewer"]);
  const otherId = await createTenant(server.sql, "other", ["owner"]);
  [owner, agent, viewer, stranger] = await Promise.all(
    ["owner@acme", "agent@acme", "viewer@acme", "owner@other"].map((name) =>
      server.signIn(`${name}.example.com`),
    ) as [Promise<Caller>, Promise<Caller>, Promise<Caller>, Promise<Caller>],
  );
  await addContacts(server.sql, tenantId, FICTION);
  await addContacts(server.sql, otherId, FICTION);
  for (const [tenant, phone] of [
    [tenantId, OURS],
    [otherId, THEIRS],
  ] as const)
    await server.sql`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
      values (${tenant}, ${phone}, 'AU', 1000, 1000)`;
  const people = await server.sql<{ id: string; email: string }[]>`select id, email from users`;
  const idOf = (name: string) => people.find(({ email }) => email.startsWith(`${name}@acme`))!.id;
  [agentId, viewerId] = [idOf("agent"), idOf("viewer")];
});
afterAll(() => server.close());

let sids = 0;
const write = (body: string, { from = MIA, to = OURS } = {}) =>
  ingestInbound(server.sql, {
    messageSid: `SM${String(++sids).padStart(32, "0")}`,
    ...{ from, to, body, optOutType: null, payload: {} },
  });
const state = async (caller = owner, phone: string = MIA) =>
  (await caller.query<ConversationState | null>("inboxTeam.state", { phone })).data;
const list = async (view: string, caller = owner) =>
  (await caller.query<Page<ConversationRow>>("inbox.list", { view })).data.items;
const counts = async (caller = owner) => (await caller.query<InboxCounts>("inbox.counts")).data;
const turns = async (caller = owner) =>
  (await caller.query<Page<ShownMessage>>("inbox.turns", { phone: MIA })).data.items;
const newest = async () => (await turns())[0]!.id;
const close = (upToId: string, caller = owner) =>
  caller.mutate<{ isOpen: boolean }>("inboxTeam.close", { phone: MIA, upToId });
const assign = (userId: string | null, caller = owner) =>
  caller.mutate("inboxTeam.assign", { phone: MIA, userId });

beforeEach(async () => {
  await server.sql`delete from do_not_contact`;
  await server.sql`delete from conversation_notes`;
  await server.sql`delete from inbound_messages`;
  await server.sql`delete from conversations`;
});

describe("a conversation", () => {
  it("is open from a message that waits for a person until somebody closes it", async () => {
    await write("Can I bring my sister?");
    expect(await state()).toMatchObject({ isOpen: true, assigneeId: null });
    expect(await counts()).toMatchObject({ open: 1, mine: 0 });
    await owner.mutate("inbox.markRead", { phone: MIA, upToId: await newest() });
    // Somebody has read it, and nobody has answered.
    expect(await list("open")).toMatchObject([{ phone: MIA, unread: 0, isOpen: true }]);
    expect(await close(await newest())).toMatchObject({ data: { isOpen: false } });
    expect([await list("open"), (await counts()).open]).toEqual([[], 0]);
    expect(await list("all")).toMatchObject([{ phone: MIA, isOpen: false }]);
    await write("Hello?");
    expect(await state()).toMatchObject({ isOpen: true });
  });

  it("stays closed after what the program handled itself, and can be opened by hand", async () => {
    await write("STOP");
    expect(await state()).toMatchObject({ isOpen: false });
    expect(await owner.mutate("inboxTeam.reopen", { phone: MIA })).toMatchObject({ status: 200 });
    expect(await list("open")).toHaveLength(1);
  });

  it("stays open if a message came while it was being closed", async () => {
    await write("Can I bring my sister?");
    const seen = await newest();
    await write("And my dog?");
    expect(await close(seen)).toMatchObject({ data: { isOpen: true } });
    // An id of the future closes nothing that is still to come.
    expect(await close("ffffffff-ffff-7fff-bfff-ffffffffffff")).toMatchObject({ data: { isOpen: false } });
    await write("And my cat?");
    expect(await state()).toMatchObject({ isOpen: true });
  });

  it("closes when a possible opt-out becomes one, and stays open when it does not", async () => {
    await write("why did you stop texting me?");
    const decide = async (decision: string) => owner.mutate("inbox.decide", { id: await newest(), decision });
    expect((await decide("dismissed")).status).toBe(200);
    expect(await state()).toMatchObject({ isOpen: true });
    await write("why did you stop texting me?");
    expect((await decide("opted-out")).status).toBe(200);
    expect(await state()).toMatchObject({ isOpen: false });
  });

  it("is given to a member who may reply, and taken by who replies first", async () => {
    await write("Can I bring my sister?");
    expect((await assign(viewerId)).message).toMatch(/may reply/);
    expect((await assign(randomUUID())).status).toBe(400);
    expect((await assign(agentId)).status).toBe(200);
    expect(await list("mine", agent)).toMatchObject([
      { assignee: { id: agentId, name: expect.any(String) } },
    ]);
    expect([await list("mine"), (await counts(agent)).mine]).toEqual([[], 1]);
    await owner.mutate("inbox.reply", { id: randomUUID(), phone: MIA, body: "Yes" });
    expect(await state()).toMatchObject({ assigneeId: agentId });
    await assign(null);
    await owner.mutate("inbox.reply", { id: randomUUID(), phone: MIA, body: "Of course" });
    expect(await list("mine")).toMatchObject([{ phone: MIA }]);
  });

  it("is nobody's after its member has left", async () => {
    await write("Can I bring my sister?");
    await assign(agentId);
    const membership = await server.sql`delete from memberships where user_id = ${agentId} returning *`;
    expect(await list("open")).toMatchObject([{ assignee: null }]);
    await server.sql`insert into memberships ${server.sql(membership[0]!)}`;
  });
});

describe("a note", () => {
  it("stands in the conversation, is never sent, and goes with the person", async () => {
    await write("Can I bring my sister?");
    const body = "Called back: Mia Ward of 7 Elm Street is allergic to nuts";
    expect((await owner.mutate("inboxTeam.addNote", { phone: MIA, body })).status).toBe(200);
    expect((await turns(agent))[0]).toMatchObject({
      ...{ direction: "note", body, author: expect.any(String), status: null, sendJobId: null },
    });
    const [sent] = await server.sql`select count(*)::int as jobs from send_jobs`;
    const log = await server.sql`select action, detail from audit_log where action like 'conversation.%'`;
    expect(log.some(({ action }) => action === "conversation.note")).toBe(true);
    expect(JSON.stringify(log)).not.toContain("Elm Street");
    await erasePerson(server.sql, {
      tenantId,
      phone: MIA,
      reason: "They asked",
      by: null,
      userId: null,
    } as never);
    expect(await server.sql`select 1 from conversation_notes`).toEqual([]);
    expect(sent!.jobs).toBe((await server.sql`select 1 from send_jobs`).length);
  });
});

describe("the team's inbox", () => {
  it("is refused to who may only read, and to other organisations", async () => {
    await write("Can I bring my sister?");
    const upToId = await newest();
    const calls = (caller: Caller) =>
      Promise.all([
        assign(null, caller),
        close(upToId, caller),
        caller.mutate("inboxTeam.reopen", { phone: MIA }),
        caller.mutate("inboxTeam.addNote", { phone: MIA, body: "Hi" }),
      ]);
    expect((await calls(viewer)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    // They have a contact with this number, so a note of theirs is about their own.
    expect((await calls(stranger)).map(({ status }) => status)).toEqual([404, 404, 404, 200]);
    expect(await state(stranger)).toBeNull();
    await write("Theirs", { to: THEIRS });
    expect((await calls(stranger)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await state()).toMatchObject({ isOpen: true, assigneeId: null });
    expect((await turns()).filter(({ direction }) => direction === "note")).toEqual([]);
  });
});
