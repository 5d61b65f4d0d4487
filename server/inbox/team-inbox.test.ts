import { randomUUID } from "node:crypto";
import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import type { ConversationRow, InboxCounts } from "@smscrm/db/inbox/inbox";
import type { ConversationState } from "@smscrm/db/inbox/team";
import type { InboxSettings } from "@smscrm/db/inbox/team/inbox-settings";
import type { ReplyTimeFigures } from "@smscrm/db/inbox/team/reply-times";
import { routeConversations } from "@smscrm/db/inbox/team/route";
import { indexOldTexts } from "@smscrm/db/inbox/team/search";
import { wakeSnoozed } from "@smscrm/db/inbox/team/snooze";
import type { Page } from "@smscrm/db/postgres/page";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { claimForSending } from "@smscrm/db/send/claim";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTyping } from "../live/typing.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

const OURS = "+61480001000";
const [MIA, NOAH, AVA] = FICTION;

let server: TestServer;
let tenantId: string;
let owner: Caller;
let agent: Caller;
let viewer: Caller;
let ids: Record<"owner" | "agent" | "operator" | "viewer", string>;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "agent", "operator", "viewer"]);
  [owner, agent, viewer] = (await Promise.all(
    ["owner", "agent", "viewer"].map((role) => server.signIn(`${role}@acme.example.com`)),
  )) as [Caller, Caller, Caller];
  await addContacts(server.sql, tenantId, FICTION);
  await server.sql`update contacts set first_name = 'Amélie', last_name = 'Ward' where phone_e164 = ${MIA}`;
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, ${OURS}, 'AU', 1000, 1000)`;
  const people = await server.sql<{ id: string; email: string }[]>`select id, email from users`;
  const idOf = (role: string) => people.find(({ email }) => email.startsWith(role))!.id;
  ids = { owner: idOf("owner"), agent: idOf("agent"), operator: idOf("operator"), viewer: idOf("viewer") };
});
afterAll(() => server.close());

beforeEach(async () => {
  for (const table of [
    ...["note_mentions", "conversation_tags", "conversation_reads", "conversation_notes", "inbound_messages"],
    ...["conversations", "inbox_settings", "inbox_members", "teams", "saved_replies", "reply_times"],
    ...["automatic_answers", "do_not_contact", "webhook_events"],
  ])
    await server.sql`delete from ${server.sql(table)}`;
  await server.sql`update contacts set consent_basis = 'express'`;
});

let sids = 0;
const write = (from: string, body: string, receivedAt?: Date) =>
  ingestInbound(server.sql, {
    messageSid: `SM${String(++sids).padStart(32, "0")}`,
    ...{ from, to: OURS, body, optOutType: null, payload: {} },
    ...(receivedAt && { receivedAt }),
  });
const list = async (input: object, caller = owner) =>
  (await caller.query<Page<ConversationRow>>("inbox.list", input)).data.items;
const phones = async (input: object, caller = owner) => (await list(input, caller)).map((row) => row.phone);
const counts = async (caller = owner) => (await caller.query<InboxCounts>("inbox.counts")).data;
const newest = async (phone: string) =>
  (await owner.query<Page<{ id: string }>>("inbox.turns", { phone })).data.items[0]!.id;
const state = async (phone: string = MIA) =>
  (await owner.query<ConversationState>("inboxTeam.state", { phone })).data;
const read = async (caller: Caller, phone: string) =>
  caller.mutate("inbox.markRead", { phone, upToId: await newest(phone) });
const reply = (phone: string, caller = owner, body = "Of course") => {
  const id = randomUUID();
  return caller.mutate("inbox.reply", { id, phone, body }).then((answer) => ({ ...answer, id }));
};

describe("a saved reply", () => {
  const add = (name: string, body = "We open at nine, {{first_name|there}}.", caller = agent) =>
    caller.mutate<{ id: string }>("savedReplies.create", { name, body });
  it("is added, changed and removed by who may reply, and read by who sees the inbox", async () => {
    const { data } = await add("Opening hours");
    expect((await add("opening HOURS")).code).toBe("CONFLICT");
    const change = { id: data.id, name: "Hours", body: "From nine to five.", version: 1 };
    expect(await agent.mutate("savedReplies.update", change)).toMatchObject({ data: { version: 2 } });
    const listed = await viewer.query("savedReplies.list");
    expect(listed.data).toMatchObject({ replies: [{ name: "Hours", body: change.body, version: 2 }] });
    expect((await add("Mine", "Hi", viewer)).status).toBe(403);
    expect((await agent.mutate("savedReplies.remove", { id: data.id })).status).toBe(200);
    expect((await agent.mutate("savedReplies.remove", { id: data.id })).status).toBe(404);
  });

  it("is not overwritten by who saw an older version, and they learn who changed it", async () => {
    const { data } = await add("Opening hours");
    const change = (caller: Caller, body: string) =>
      caller.mutate("savedReplies.update", { id: data.id, name: "Opening hours", body, version: 1 });
    const answers = await Promise.all([change(agent, "From nine."), change(owner, "From ten.")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.message).toMatch(
      /^acme (agent|owner) changed this saved reply/,
    );
  });

  it("is refused with fields that nobody has, without text, too long, with NUL and with unknown fields", async () => {
    const refused = async (input: object) => (await agent.mutate("savedReplies.create", input)).message;
    expect(await refused({ name: "A", body: "Hi {{nonsense}}" })).toMatch(/nonsense/);
    expect(await refused({ name: "A", body: "  " })).toMatch(/Write a reply/);
    expect(await refused({ name: "A", body: "x".repeat(20_000) })).toMatch(/1,600/);
    expect(await refused({ name: "A\nB", body: "Hi" })).toMatch(/one line/);
    expect(await refused({ name: "A", body: "Hi\u0000" })).toMatch(/NUL/);
    expect(await refused({ name: "A", body: "Hi", tenantId })).toMatch(/tenantId/);
  });

  it("reaches the person with their own values, through the gates, once it is sent as a reply", async () => {
    await add("Opening hours", "{{first_name}}, we open at nine.");
    await write(MIA, "When do you open?");
    const sent = await reply(MIA, agent, "{{first_name}}, we open at nine.");
    const { sendJobId } = sent.data as { sendJobId: string };
    const { messages } = await claimForSending(server.sql, tenantId, [sendJobId]);
    expect(messages).toMatchObject([{ to: MIA, body: "Amélie, we open at nine." }]);
  });
});

describe("a snoozed conversation", () => {
  const at = (days: number) => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T09:00`;
  const snooze = async (until = at(3), upToId?: string) =>
    owner.mutate("inboxTeam.snooze", { phone: MIA, until, upToId: upToId ?? (await newest(MIA)) });
  const pass = () =>
    server.sql`update conversations set snoozed_until = now() where snoozed_until is not null`;

  it("is out of the way until its time, then comes back open and unread for every member", async () => {
    await write(MIA, "Call me next week");
    await Promise.all([read(owner, MIA), read(agent, MIA)]);
    expect((await snooze()).status).toBe(200);
    expect(await state()).toMatchObject({ isOpen: false, snoozedUntil: expect.any(String) });
    expect(await counts()).toMatchObject({ open: 0, unread: 0, snoozed: 1 });
    expect(await phones({ view: "snoozed" })).toEqual([MIA]);
    expect(await wakeSnoozed(server.sql)).toBe(0);
    await pass();
    // Two workers at once.
    const woken = await Promise.all([wakeSnoozed(server.sql), wakeSnoozed(server.sql)]);
    expect(woken.sort()).toEqual([0, 1]);
    for (const caller of [owner, agent]) expect(await counts(caller)).toMatchObject({ open: 1, unread: 1 });
    expect(await list({ view: "unread" }, agent)).toMatchObject([{ phone: MIA, unread: 1, isOpen: true }]);
  });

  it("comes back at once when the person writes, also with a STOP, which stops as always", async () => {
    await write(MIA, "Call me next week");
    await snooze();
    await write(MIA, "STOP");
    expect(await state()).toMatchObject({ isOpen: true, snoozedUntil: null });
    const [listed] = await server.sql`select source from do_not_contact where phone_e164 = ${MIA}`;
    expect(listed).toMatchObject({ source: "reply" });
  });

  it("needs a time that is still to come, and a member who saw the newest message", async () => {
    await write(MIA, "Call me next week");
    const seen = await newest(MIA);
    expect((await snooze("soon")).message).toMatch(/such as/);
    expect((await snooze("2020-01-01T09:00")).message).toMatch(/still to come/);
    await write(MIA, "Or now?");
    expect((await snooze(at(3), seen)).code).toBe("CONFLICT");
    expect(await state()).toMatchObject({ isOpen: true });
    expect((await viewer.mutate("inboxTeam.snooze", { phone: MIA, until: at(1), upToId: seen })).status).toBe(
      403,
    );
  });

  it("ends when a member closes it or opens it again", async () => {
    await write(MIA, "Call me next week");
    await snooze();
    await owner.mutate("inboxTeam.reopen", { phone: MIA });
    expect(await state()).toMatchObject({ isOpen: true, snoozedUntil: null });
    await snooze();
    await owner.mutate("inboxTeam.close", { phone: MIA, upToId: await newest(MIA) });
    expect(await state()).toMatchObject({ isOpen: false, snoozedUntil: null });
  });
});

describe("what a member has read", () => {
  it("is read for them alone, and unanswered for all", async () => {
    await write(MIA, "Can I bring my sister?");
    await read(owner, MIA);
    expect([(await counts()).unread, (await counts(agent)).unread]).toEqual([0, 1]);
    expect(await list({}, agent)).toMatchObject([{ unread: 1, isOpen: true, answered: false }]);
    expect(await list({})).toMatchObject([{ unread: 0, isOpen: true, answered: false }]);
    // A viewer has read it, too, and the team has not.
    await write(NOAH, "Hello?");
    await read(viewer, NOAH);
    expect(await counts(viewer)).toMatchObject({ unread: 1 });
    expect(await phones({})).toEqual([NOAH, MIA]);
    // An id of the future reads nothing that is still to come.
    const upToId = "ffffffff-ffff-7fff-bfff-ffffffffffff";
    await agent.mutate("inbox.markRead", { phone: MIA, upToId });
    await write(MIA, "And my dog?");
    expect(await phones({ view: "unread" }, agent)).toContain(MIA);
  });

  it("is unread for a text of somebody who never opted out and writes Yes, or HELP", async () => {
    await write(MIA, "Yes");
    await write(NOAH, "HELP");
    const rows = await list({ view: "unread" });
    expect(rows.map(({ phone, lastKind, optedOut }) => ({ phone, lastKind, optedOut }))).toEqual([
      { phone: NOAH, lastKind: "help", optedOut: false },
      { phone: MIA, lastKind: "none", optedOut: false },
    ]);
  });
});

describe("a search", () => {
  beforeEach(async () => {
    await write(MIA, "Is the café step-free? My sister uses a wheelchair");
    await write(NOAH, "是否可以预约星期五");
    await write(AVA, "Table for two, please");
    await owner.mutate("inboxTeam.addNote", { phone: AVA, body: "Wants the quiet corner" });
    await reply(AVA, owner, "Booked for Friday");
  });

  it.each([
    ["wheelch", [MIA]],
    ["CAFE step", [MIA]],
    ["eelcha", [MIA]],
    ["预约", [NOAH]],
    ["quiet corner", [AVA]],
    ["booked", [AVA]],
    ["amelie", [MIA]],
    ["Ward", [MIA]],
    [MIA.slice(-6), [MIA]],
    ["0491 570 156", [NOAH]],
    ["100%_", []],
    ["zebra", []],
  ])("for %j finds its conversations", async (search, expected) => {
    expect(await phones({ search })).toEqual(expected);
  });

  it("finds texts from before the index once a worker has added them, however many workers run", async () => {
    const rare = () => server.sql`
      select count(*)::int as n from inbound_messages m where m.in_search and m.body <> '' and m.tenant_id = ${tenantId}
        and text_parts(m.tenant_id, m.body) @> text_parts(${tenantId}, 'wheelchair')`;
    await server.sql`update inbound_messages set in_search = false`;
    expect(await rare()).toEqual([{ n: 0 }]);
    const added = await Promise.all([indexOldTexts(server.sql), indexOldTexts(server.sql)]);
    expect(added[0] + added[1]).toBe(3);
    expect([await rare(), await indexOldTexts(server.sql)]).toEqual([[{ n: 1 }], 0]);
  });

  it("goes with filters, finds nothing of another organisation, and nothing of an erased person", async () => {
    expect(await phones({ search: "table", view: "snoozed" })).toEqual([]);
    expect(await phones({ search: "table", view: "open" })).toEqual([AVA]);
    await createTenant(server.sql, `other-${randomUUID()}`, ["owner"]);
    const [stranger] = await server.sql<{ email: string }[]>`
      select email from users where email like 'owner@other-%' limit 1`;
    expect(await phones({ search: "table" }, await server.signIn(stranger!.email))).toEqual([]);
    await owner.mutate("inboxTeam.setTag", { phone: AVA, tag: "vip", isOn: true });
    await read(owner, AVA);
    await erasePerson(server.sql, { tenantId, phone: AVA, reason: "Asked", by: null, userId: null } as never);
    for (const search of ["table", "quiet corner", "booked"]) expect(await phones({ search })).toEqual([]);
    for (const table of ["conversation_tags", "conversation_reads", "note_mentions"])
      expect(await server.sql`select 1 from ${server.sql(table)} where phone_e164 = ${AVA}`).toEqual([]);
  });
});

describe("tags and filters", () => {
  it("narrow the list by tag, team, member, kind and nobody", async () => {
    for (const phone of [MIA, NOAH, AVA]) await write(phone, "Hello?");
    await write(AVA, "HELP");
    const tag = (phone: string, isOn = true) =>
      owner.mutate<{ tags: string[] }>("inboxTeam.setTag", { phone, tag: "  VIP  Guest", isOn });
    expect((await tag(MIA)).data.tags).toEqual(["vip guest"]);
    await tag(NOAH);
    expect(await phones({ tag: "vip guest" })).toEqual([NOAH, MIA]);
    expect((await owner.query<{ tags: string[] }>("inboxTeam.tags")).data.tags).toEqual(["vip guest"]);
    expect((await tag(MIA, false)).data.tags).toEqual([]);
    expect(await list({ tag: "vip guest" })).toMatchObject([{ phone: NOAH, tags: ["vip guest"] }]);
    await owner.mutate("inboxTeam.assign", { phone: MIA, userId: ids.agent });
    expect(await phones({ assigneeId: ids.agent })).toEqual([MIA]);
    expect(await phones({ assigneeId: null })).toEqual([AVA, NOAH]);
    const { data } = await owner.mutate<{ id: string }>("inboxTeams.create", {
      name: "Sales",
      memberIds: [],
    });
    await owner.mutate("inboxTeam.assignTeam", { phone: NOAH, teamId: data.id });
    expect(await list({ teamId: data.id })).toMatchObject([{ phone: NOAH, team: { name: "Sales" } }]);
    expect(await phones({ kind: "help" })).toEqual([AVA]);
    expect((await viewer.mutate("inboxTeam.setTag", { phone: MIA, tag: "x", isOn: true })).status).toBe(403);
    for (let n = 0; n < 20; n += 1)
      await owner.mutate("inboxTeam.setTag", { phone: MIA, tag: `tag ${n}`, isOn: true });
    expect((await tag(MIA)).message).toMatch(/at most 20/);
  });
});

describe("routing", () => {
  const team = async (name: string, ...memberIds: string[]) =>
    (await owner.mutate<{ id: string }>("inboxTeams.create", { name, memberIds })).data.id;
  const take = (userId: string, taking = true) => server.sql`
    insert into inbox_members (tenant_id, user_id, is_taking) values (${tenantId}, ${userId}, ${taking})
    on conflict (tenant_id, user_id) do update set is_taking = excluded.is_taking`;
  const save = (routing: object[], version = 0) =>
    owner.mutate("inboxTeams.saveSettings", {
      ...{ version, routing, workingHours: null, outOfHoursAnswer: null },
    });
  const routeAll = async () => {
    while ((await routeConversations(server.sql)) > 0);
  };

  it("gives each conversation to the members of a team in turn, however many workers run", async () => {
    const teamId = await team("Front desk", ids.owner, ids.agent, ids.operator);
    await Promise.all([take(ids.owner), take(ids.agent), take(ids.operator, false)]);
    expect((await save([{ words: [], teamId, userId: null }])).status).toBe(200);
    const people = Array.from({ length: 40 }, (_, n) => `+614015500${String(n).padStart(2, "0")}`);
    await Promise.all(people.map((phone) => write(phone, "Hello?")));
    await Promise.all([routeAll(), routeAll(), routeAll()]);
    const given = await server.sql`
      select assignee_id as id, count(*)::int as n from conversations where team_id = ${teamId} group by 1 order by 1`;
    // Who is not taking conversations gets none.
    expect(given).toEqual([ids.owner, ids.agent].sort().map((id) => ({ id, n: 20 })));
  });

  it("follows keywords first, keeps what somebody takes care of, and leaves opt-outs alone", async () => {
    const desk = await team("Front desk", ids.owner);
    const sales = await team("Sales", ids.agent);
    await Promise.all([take(ids.owner), take(ids.agent)]);
    await save([
      { words: ["refund", "gift card"], teamId: sales, userId: null },
      { words: ["wheelchair"], teamId: null, userId: ids.owner },
      { words: [], teamId: desk, userId: null },
    ]);
    await write(MIA, "A refund for my Gift-Card, please");
    await write(NOAH, "no refunds then");
    await write(AVA, "STOP refund");
    await write(FICTION[3], "stop");
    await routeAll();
    expect(await state(MIA)).toMatchObject({ assigneeId: ids.agent, teamId: sales });
    expect(await state(NOAH)).toMatchObject({ assigneeId: ids.owner, teamId: desk });
    expect(await state(FICTION[3])).toMatchObject({ assigneeId: null, teamId: null, isOpen: false });
    const [stopped] = await server.sql`select 1 as is from do_not_contact where phone_e164 = ${FICTION[3]}`;
    expect(stopped).toBeDefined();
    await owner.mutate("inboxTeam.assign", { phone: MIA, userId: ids.owner });
    await write(MIA, "The refund?");
    await routeAll();
    expect(await state(MIA)).toMatchObject({ assigneeId: ids.owner, teamId: sales });
  });

  it("gives nothing to who may no longer reply, or has left", async () => {
    const desk = await team("Front desk", ids.agent);
    await take(ids.agent);
    await save([{ words: [], teamId: desk, userId: null }]);
    await server.sql`update memberships set role = 'viewer' where user_id = ${ids.agent}`;
    await write(MIA, "Hello?");
    await routeAll();
    expect(await state(MIA)).toMatchObject({ assigneeId: null, teamId: desk });
    await server.sql`update memberships set role = 'agent' where user_id = ${ids.agent}`;
  });

  it("is set by who may change settings, with members and teams that exist, and by one person at a time", async () => {
    const rule = { words: ["refund"], teamId: null, userId: ids.viewer };
    expect((await save([rule])).message).toMatch(/may reply/);
    expect((await save([{ ...rule, userId: null, teamId: randomUUID() }])).message).toMatch(
      /no longer there/,
    );
    const refused = await agent.mutate("inboxTeams.saveSettings", {
      ...{ version: 0, routing: [], workingHours: null, outOfHoursAnswer: null },
    });
    expect(refused.status).toBe(403);
    expect((await save([])).status).toBe(200);
    expect((await save([], 0)).message).toMatch(/^acme owner changed these settings/);
    const { data } = await viewer.query<InboxSettings>("inboxTeams.settings");
    expect(data).toMatchObject({ version: 1, routing: [] });
    const teamId = await team("Sales");
    await save([{ words: ["refund"], teamId, userId: null }], 1);
    expect((await owner.mutate("inboxTeams.remove", { id: teamId })).message).toMatch(/routing rule/);
    await save([], 2);
    await write(MIA, "Hello?");
    await owner.mutate("inboxTeam.assignTeam", { phone: MIA, teamId });
    expect((await owner.mutate("inboxTeams.remove", { id: teamId })).status).toBe(200);
    expect(await state()).toMatchObject({ teamId: null });
  });
});

describe("a mention", () => {
  it("shows the conversation to the member who is named, until they open it", async () => {
    await write(MIA, "Hello?");
    await read(agent, MIA);
    await owner.mutate("inboxTeam.addNote", { phone: MIA, body: "@acme agent and @Acme Owner: please call" });
    expect(await counts(agent)).toMatchObject({ mentions: 1 });
    // Who wrote it needs no notice.
    expect(await counts()).toMatchObject({ mentions: 0 });
    expect(await phones({ view: "mentions" }, agent)).toEqual([MIA]);
    await read(agent, MIA);
    expect(await counts(agent)).toMatchObject({ mentions: 0 });
  });
});

describe("typing", () => {
  it("is seen by colleagues in the live stream, masked for who sees masked numbers, and forgotten soon", async () => {
    expect((await agent.mutate("inboxTeam.typing", { phone: MIA, isTyping: true })).status).toBe(200);
    const seen = await owner.query("inboxTeam.typists");
    expect(seen.data).toEqual({ typists: [{ phone: MIA, userId: ids.agent, name: "acme agent" }] });
    expect(JSON.stringify((await viewer.query("inboxTeam.typists")).data)).not.toContain(MIA);
    const input = encodeURIComponent(JSON.stringify({ tenantId, inbox: [tenantId] }));
    const response = await server.app.request(`/trpc/live.follow?input=${input}`, {
      headers: { cookie: owner.cookie },
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const until = async (words: string) => {
      for (let text = ""; !text.includes(words); ) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`The stream ended before ${words}: ${text}`);
        text += value;
      }
    };
    await until("acme agent");
    await agent.mutate("inboxTeam.typing", { phone: MIA, isTyping: false });
    await until('"typists":[]');
    await reader.cancel();
    expect((await viewer.mutate("inboxTeam.typing", { phone: MIA, isTyping: true })).status).toBe(403);
  });

  it("ends by itself after some seconds, and never shows another organisation's", () => {
    let now = 0;
    const typing = createTyping(() => now);
    typing.note("a", { phone: MIA, userId: "1", name: "Ann" }, true);
    expect(typing.of("b")).toEqual({ typists: [] });
    now = 7_999;
    expect(typing.of("a").typists).toHaveLength(1);
    now = 8_000;
    expect(typing.of("a")).toEqual({ typists: [] });
  });
});

describe("an out-of-hours answer", () => {
  const closed = Array(7).fill(null);
  const save = (outOfHoursAnswer: string | null, workingHours: unknown = closed) =>
    owner.mutate("inboxTeams.saveSettings", { version: 0, routing: [], workingHours, outOfHoursAnswer });
  const answers = () => server.sql<{ phone: string; name: string }[]>`
    select j.phone_e164 as phone, c.name from campaigns c join send_jobs j on j.campaign_id = c.id
    where c.kind = 'answer' and c.name = 'Out-of-hours answer' order by c.created_at`;
  beforeEach(() => server.sql`update campaigns set name = 'Earlier' where kind = 'answer'`);

  it("goes once a day to who writes, and never after STOP, to a keyword, to a late or a repeated text", async () => {
    expect((await save("We are back at nine.", null)).message).toMatch(/working hours first/);
    expect((await save("We are back at nine.")).status).toBe(200);
    await write(MIA, "Are you open?");
    await write(MIA, "Hello?");
    await write(NOAH, "HELP");
    await write(AVA, "STOP");
    await write(AVA, "Are you open?");
    await write(FICTION[3], "Are you open?", new Date(Date.now() - 3_600_000));
    await write(OURS, "Are you open?");
    await write(FICTION[4], "I am out of the office. This is an automatic reply.");
    expect(await answers()).toEqual([{ phone: MIA, name: "Out-of-hours answer" }]);
    const [job] = await server.sql<{ id: string }[]>`
      select j.id from send_jobs j join campaigns c on c.id = j.campaign_id and c.name = 'Out-of-hours answer'`;
    expect((await claimForSending(server.sql, tenantId, [job!.id])).messages).toMatchObject([
      { to: MIA, body: "We are back at nine." },
    ]);
  });

  it("does not go while the team works, and waits for the kill switch like any message", async () => {
    await save("We are back at nine.", Array(7).fill({ open: "00:00", close: "24:00" }));
    await write(MIA, "Are you open?");
    expect(await answers()).toEqual([]);
    await server.sql`update inbox_settings set working_hours = ${server.sql.json(closed)}`;
    await owner.mutate("killSwitch.pause", {});
    await write(NOAH, "Are you open?");
    const [job] = await server.sql<{ id: string }[]>`
      select j.id from send_jobs j join campaigns c on c.id = j.campaign_id and c.name = 'Out-of-hours answer'`;
    expect((await claimForSending(server.sql, tenantId, [job!.id])).messages).toEqual([]);
    await owner.mutate("killSwitch.resume", {});
  });
});

describe("reply times", () => {
  it("are those of a recount, for all, each member and each team, of first replies alone", async () => {
    const hours = Array(7).fill({ open: "00:00", close: "24:00" });
    await owner.mutate("inboxTeams.saveSettings", {
      ...{ version: 0, routing: [], workingHours: hours, outOfHoursAnswer: null },
    });
    const { data } = await owner.mutate<{ id: string }>("inboxTeams.create", {
      name: "Sales",
      memberIds: [],
    });
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    for (const [n, phone] of FICTION.entries()) await write(phone, "Hello?", ago((n + 1) * 10));
    await write(MIA, "Anybody?", ago(1));
    await owner.mutate("inboxTeam.assignTeam", { phone: MIA, teamId: data.id });
    for (const phone of FICTION)
      expect((await reply(phone, phone === NOAH ? agent : owner)).status).toBe(200);
    // A second reply to the same texts, and one that is taken back.
    await reply(MIA);
    await write(NOAH, "Thanks. And tomorrow?");
    const undone = await reply(NOAH);
    await owner.mutate("inbox.cancelReply", { id: undone.id });
    const { data: figures } = await owner.query<ReplyTimeFigures>("inboxTeams.replyTimes", { days: 7 });
    const recount = await server.sql<{ who: string | null; replies: number; median: number; p90: number }[]>`
      select first.who, count(*)::int as replies, percentile_disc(0.5) within group (order by seconds) as median,
        percentile_disc(0.9) within group (order by seconds) as p90
      from (
        select distinct on (c.id) r.created_by::text as who, floor(extract(epoch from c.launched_at - m.created_at))::int as seconds
        from conversations v
        join inbound_messages m on m.from_phone = v.phone_e164 and m.body in ('Hello?')
        join contacts p on p.phone_e164 = v.phone_e164
        join campaigns c on c.kind = 'reply' and c.status <> 'canceled' and (c.audience ->> 'contactId')::uuid = p.id
          and c.created_at > m.created_at
        join campaigns r on r.id = c.id
        where c.id = (select x.id from campaigns x where x.kind = 'reply' and x.audience = c.audience
          and x.created_at > now() - interval '1 minute' and x.body = 'Of course' order by x.created_at limit 1)
      ) first group by grouping sets ((), (first.who)) order by replies desc`;
    const near = (seconds: number) => expect.toSatisfy((found: number) => Math.abs(found - seconds) <= 2);
    const of = (row: { replies: number; median: number; p90: number }) => ({
      ...{ replies: row.replies, median: near(row.median), p90: near(row.p90) },
    });
    expect(figures.all).toMatchObject(of(recount.find(({ who }) => who === null)!));
    for (const member of figures.members)
      expect(member).toMatchObject(of(recount.find(({ who }) => who === member.id)!));
    expect(figures.members.map(({ name }) => name).sort()).toEqual(["acme agent", "acme owner"]);
    expect(figures.teams).toMatchObject([{ name: "Sales", replies: 1, median: near(600) }]);
    // The team always works, so both clocks agree.
    expect(figures.all!.workingMedian).toBe(figures.all!.median);
    expect((await agent.query("inboxTeams.replyTimes", { days: 7 })).status).toBe(403);
  });
});
