import { randomUUID } from "node:crypto";
import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import type { ConversationRow, InboxCounts } from "@smscrm/db/inbox/inbox";
import type { Page } from "@smscrm/db/postgres/page";
import { claimForSending } from "@smscrm/db/send/claim";
import { settleSends } from "@smscrm/db/send/settle";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { ShownMessage } from "./conversation.ts";
import type { Correspondence } from "./router.ts";

const OURS = "+61480001000";
const MIA = FICTION[0];
let server: TestServer;
let tenantId: string;
let owner: Caller;
let viewer: Caller;
let contactIds: string[];

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "agent", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  contactIds = await addContacts(server.sql, tenantId, FICTION);
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, ${OURS}, 'AU', 1000, 1000)`;
});
afterAll(() => server.close());

let sids = 0;
/** A contact writes to our number, now or earlier. */
const write = (from: string, body: string, receivedAt?: Date) =>
  ingestInbound(server.sql, {
    messageSid: `SM${String(++sids).padStart(32, "0")}`,
    from,
    to: OURS,
    body,
    optOutType: null,
    payload: {},
    ...(receivedAt && { receivedAt }),
  });

const list = async (input: object = {}) =>
  (await owner.query<Page<ConversationRow>>("inbox.list", input)).data.items;
const counts = async () => (await owner.query<InboxCounts>("inbox.counts")).data;
const turns = async (phone: string) =>
  (await owner.query<Page<ShownMessage>>("inbox.turns", { phone })).data.items;
const correspondence = async (phone: string) =>
  (await owner.query<Correspondence>("inbox.correspondence", { phone })).data;

/** Queues a reply from the owner and claims it. */
async function reply(phone: string, body = "We open at nine") {
  const id = randomUUID();
  const answer = await owner.mutate<{ sendJobId: string }>("inbox.reply", { id, phone, body });
  expect(answer).toMatchObject({ status: 200 });
  return { id, ...answer.data, claim: await claimForSending(server.sql, tenantId, [answer.data.sendJobId]) };
}

/** Sets hours that are closed in Sydney now and open again within a day. */
async function closeNow(): Promise<void> {
  const hour = Number(
    new Date().toLocaleTimeString("en-GB", { timeZone: "Australia/Sydney", hour: "2-digit" }).slice(0, 2),
  );
  const window = hour >= 12 ? { open: "02:00", close: "03:00" } : { open: "22:00", close: "23:00" };
  await server.sql`update tenants set quiet_hours = ${server.sql.json(Array(7).fill(window))} where id = ${tenantId}`;
}

beforeEach(async () => {
  await server.sql`delete from do_not_contact where tenant_id = ${tenantId}`;
  await server.sql`update contacts set consent_basis = 'express' where tenant_id = ${tenantId}`;
  await server.sql`update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))}
    where id = ${tenantId}`;
});

describe("conversations", () => {
  it("are listed unread first, then newest first, in pages that skip and repeat nobody", async () => {
    for (const phone of FICTION) await write(phone, `Hello from ${phone.slice(-3)}`);
    await owner.mutate("inbox.markRead", { phone: FICTION[4], upToId: (await turns(FICTION[4]))[0]!.id });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<ConversationRow> = (
        await owner.query<Page<ConversationRow>>("inbox.list", { limit: 2, cursor })
      ).data;
      seen.push(...page.items.map((row) => row.phone));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual([FICTION[3], FICTION[2], FICTION[1], FICTION[0], FICTION[4]]);
    expect(await counts()).toMatchObject({ unread: 4, undecided: 0 });
    expect((await list({ view: "unread" })).map((row) => row.phone)).not.toContain(FICTION[4]);
  });

  it("are read up to the message that was seen, and a keyword that the program handled never counts as unread", async () => {
    for (const phone of FICTION) {
      await owner.mutate("inbox.markRead", { phone, upToId: (await turns(phone))[0]!.id });
    }
    expect(await counts()).toMatchObject({ unread: 0 });
    await write(FICTION[3], "STOP");
    expect(await counts()).toMatchObject({ unread: 0, undecided: 0 });
    await write(MIA, "Are you open?");
    const [seen] = await turns(MIA);
    await write(MIA, "Hello?");
    await owner.mutate("inbox.markRead", { phone: MIA, upToId: seen!.id });
    expect((await list({ view: "unread" })).map(({ phone, unread }) => ({ phone, unread }))).toEqual([
      { phone: MIA, unread: 1 },
    ]);
  });

  it("show the campaign that they answer, not the reply that was sent last", async () => {
    const [campaign] = await server.sql<{ id: string }[]>`
      insert into campaigns (tenant_id, name, body, audience, status, audience_count)
      values (${tenantId}, 'Sale', 'Sale!', ${server.sql.json({ kind: "all" })}, 'running', 1) returning id`;
    const [job] = await server.sql<{ id: string }[]>`
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
      values (${tenantId}, ${campaign!.id}, ${contactIds[0]!}, ${MIA}, 'AU') returning id`;
    expect((await claimForSending(server.sql, tenantId, [job!.id])).messages).toHaveLength(1);
    await write(MIA, "Nice!");
    expect((await reply(MIA)).claim.messages).toHaveLength(1);
    await write(MIA, "See you then");
    expect((await list())[0]).toMatchObject({ phone: MIA, campaign: { name: "Sale" }, answered: false });
    expect(await list({ campaignId: campaign!.id })).toHaveLength(1);
  });

  it("are hidden from other tenants, and a viewer may only read", async () => {
    await createTenant(server.sql, "other");
    const other = await server.signIn("owner@other.example.com");
    expect((await other.query<Page<ConversationRow>>("inbox.list", {})).data.items).toEqual([]);
    expect((await other.query<Page<ShownMessage>>("inbox.turns", { phone: MIA })).data.items).toEqual([]);
    expect((await viewer.query("inbox.list", {})).status).toBe(200);
    const refused = { id: randomUUID(), phone: MIA, body: "Hi" };
    expect((await viewer.mutate("inbox.reply", refused)).code).toBe("FORBIDDEN");
  });
});

describe("an agent", () => {
  it("answers, takes a reply back, adds to the do-not-contact list, and sees nothing but the inbox", async () => {
    const agent = await server.signIn("agent@acme.example.com");
    await closeNow();
    await write(MIA, "Is anybody there?", new Date(Date.now() - 2 * 3_600_000));
    expect((await agent.query("inbox.list", {})).status).toBe(200);
    expect((await agent.query("inbox.turns", { phone: MIA })).status).toBe(200);
    const id = randomUUID();
    expect((await agent.mutate("inbox.reply", { id, phone: MIA, body: "Yes" })).status).toBe(200);
    expect((await agent.mutate("inbox.cancelReply", { id })).status).toBe(200);
    expect((await turns(MIA))[0]).toMatchObject({ status: "canceled", author: "acme agent" });
    const { data: draft } = await owner.mutate<{ id: string }>("campaigns.create", DRAFT);
    expect((await agent.mutate("inbox.cancelReply", { id: draft.id })).status).toBe(404);
    await owner.mutate("campaigns.remove", { id: draft.id });
    const number = FICTION[4];
    expect(
      (await agent.mutate("doNotContact.add", { phone: number, note: "Asked on the phone" })).status,
    ).toBe(200);
    for (const path of [
      "contacts.list",
      "campaigns.list",
      "messages.list",
      "doNotContact.list",
      "audit.list",
    ])
      expect((await agent.query(path, {})).status, path).toBe(403);
    expect((await agent.mutate("campaigns.cancel", { id })).status).toBe(403);
  });
});

describe("a reply", () => {
  it("is claimed like any message: an attempt, its price reserved, from the number that the contact knows", async () => {
    await write(MIA, "When do you open?");
    expect((await correspondence(MIA)).outlook).toMatchObject({ verdict: "goes", sentence: null });
    const { claim, sendJobId, id } = await reply(MIA, "At nine, {{first_name|there}}");
    expect(claim.messages).toMatchObject([{ to: MIA, from: OURS, body: "At nine, Mia" }]);
    const [spend] = await server.sql`select reserved_micros from campaign_spend where campaign_id = ${id}`;
    expect(Number(spend!.reserved_micros)).toBeGreaterThan(0);
    const [turn] = await turns(MIA);
    expect(turn).toMatchObject({ direction: "out", sendJobId, status: "sending", author: "acme owner" });
  });

  it("sent twice by a double click or after a lost answer goes once", async () => {
    await write(MIA, "Hello?");
    // The inserts rarely meet at the one moment at which the second was once refused.
    for (let round = 0; round < 100; round += 1) {
      const input = { id: randomUUID(), phone: MIA, body: "Hello!" };
      const answers = await Promise.all(
        [1, 2, 3].map(() => owner.mutate<{ sendJobId: string }>("inbox.reply", input)),
      );
      expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
      expect(new Set(answers.map((answer) => answer.data.sendJobId)).size).toBe(1);
    }
  });

  it("of two members to the same message is sent once: the second sees what the first wrote", async () => {
    const agent = await server.signIn("agent@acme.example.com");
    await write(MIA, "When do you open?");
    const seenUpTo = (await turns(MIA))[0]!.id;
    const input = (body: string) => ({ id: randomUUID(), phone: MIA, body, seenUpTo });
    const [ours, theirs] = [input("At nine"), input("At 9 am")];
    const answers = await Promise.all([
      owner.mutate("inbox.reply", ours),
      agent.mutate("inbox.reply", theirs),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const ownerFirst = answers[0]!.status === 200;
    const refused = answers[ownerFirst ? 1 : 0]!.message;
    expect(refused).toContain(
      ownerFirst ? "acme owner has just replied: “At nine”" : "acme agent has just replied: “At 9 am”",
    );
    // Sent twice is not two members, and who has seen the other's reply may add to it.
    const [first, caller] = ownerFirst ? [ours, owner] : [theirs, agent];
    expect((await caller.mutate("inbox.reply", first)).status).toBe(200);
    expect((await caller.mutate("inbox.reply", input("And at ten on Sunday"))).status).toBe(200);
    const seen = (await turns(MIA))[0]!.id;
    const second = ownerFirst ? agent : owner;
    expect((await second.mutate("inbox.reply", { ...input("See you!"), seenUpTo: seen })).status).toBe(200);
    expect((await second.mutate("inbox.reply", { ...input("Bye"), seenUpTo: undefined })).status).toBe(200);
  });

  it("to a contact who has just written is sent at night; an hour later it waits for the morning and says so", async () => {
    await closeNow();
    await write(MIA, "Are you there?");
    expect((await reply(MIA)).claim.messages).toHaveLength(1);
    await server.sql`update inbound_messages set created_at = created_at - interval '61 minutes' where tenant_id = ${tenantId}`;
    expect((await correspondence(MIA)).outlook).toMatchObject({ verdict: "waits" });
    const late = await reply(MIA);
    expect(late.claim).toMatchObject({ messages: [], held: 1 });
    const [turn] = await turns(MIA);
    expect(turn).toMatchObject({ sendJobId: late.sendJobId, status: "queued", reason: "Quiet hours" });
    expect(turn!.sentence).toMatch(/^Held: it is/);
    const canceled = await owner.mutate("inbox.cancelReply", { id: late.id });
    expect(canceled.status).toBe(200);
    expect((await turns(MIA))[0]).toMatchObject({ status: "canceled" });
  });

  it("is never sent after STOP, whatever was queued before it", async () => {
    await write(MIA, "Who is this?");
    const queued = await owner.mutate<{ sendJobId: string }>("inbox.reply", {
      id: randomUUID(),
      phone: MIA,
      body: "Acme!",
    });
    await write(MIA, "STOP");
    const claim = await claimForSending(server.sql, tenantId, [queued.data.sendJobId]);
    expect(claim).toMatchObject({ messages: [], dropped: 1 });
    expect((await correspondence(MIA)).outlook).toMatchObject({ verdict: "refused" });
    expect((await turns(MIA)).find((turn) => turn.sendJobId === queued.data.sendJobId)).toMatchObject({
      status: "failed",
      reason: "Do not contact",
    });
  });

  it("needs no consent while the contact keeps writing, and is always billed", async () => {
    await server.sql`update contacts set consent_basis = 'unknown' where phone_e164 = ${FICTION[1]}`;
    await server.sql`update inbound_messages set created_at = created_at - interval '8 days' where from_phone = ${FICTION[1]}`;
    expect((await reply(FICTION[1])).claim).toMatchObject({ messages: [], dropped: 1 });
    await write(FICTION[1], "One more question");
    const { claim, id } = await reply(FICTION[1]);
    expect(claim.messages).toHaveLength(1);
    await settleSends(server.sql, [
      {
        attemptId: claim.messages[0]!.attemptId,
        state: "accepted",
        sid: "SMreply",
        carrierStatus: "queued",
        submittedAt: new Date(),
        code: null,
        httpStatus: 201,
      },
    ]);
    const [spend] =
      await server.sql`select sum(spent_micros)::int as spent from campaign_spend where campaign_id = ${id}`;
    expect(spend!.spent).toBeGreaterThan(0);
    const pace =
      await server.sql`select sum(handed_over)::int as sent from campaign_pace where campaign_id = ${id}`;
    expect(pace[0]!.sent).toBe(1);
  });

  it("to an unknown number adds a contact without consent; a short code can't be answered", async () => {
    await write("+61491570110", "Do you deliver?");
    expect(await correspondence("+61491570110")).toMatchObject({ contactId: null, outlook: null });
    expect((await reply("+61491570110")).claim.messages).toHaveLength(1);
    const [added] = await server.sql`select consent_basis from contacts where phone_e164 = '+61491570110'`;
    expect(added!.consent_basis).toBe("unknown");
    await write("19909", "Your code is 1234");
    const refused = await owner.mutate("inbox.reply", { id: randomUUID(), phone: "19909", body: "Hi" });
    expect(refused.code).toBe("BAD_REQUEST");
  });

  it("stays out of the list of campaigns, and is refused with an unknown field", async () => {
    const { data } = await owner.query<Page<{ name: string }>>("campaigns.list", {});
    expect(data.items.map((row) => row.name)).toEqual(["Sale"]);
    const wrong = { id: randomUUID(), phone: MIA, body: "Hi {{frist_name}}" };
    expect((await owner.mutate("inbox.reply", wrong)).message).toMatch(/did you mean/);
  });
});

describe("a possible opt-out", () => {
  const possible = "why did you stop texting me?";

  it("waits for a member; a confirmed one takes effect at once, with the words as evidence, and is audited", async () => {
    await write(FICTION[2], possible);
    expect(await counts()).toMatchObject({ undecided: 1 });
    const [turn] = await turns(FICTION[2]);
    expect(turn).toMatchObject({ kind: "ask-a-person", decision: null });
    const decide = (decision: string) => owner.mutate("inbox.decide", { id: turn!.id, decision });
    expect((await viewer.mutate("inbox.decide", { id: turn!.id, decision: "dismissed" })).code).toBe(
      "FORBIDDEN",
    );
    expect((await decide("opted-out")).status).toBe(200);
    expect((await decide("dismissed")).code).toBe("CONFLICT");
    expect(await counts()).toMatchObject({ undecided: 0 });
    expect((await reply(FICTION[2])).claim).toMatchObject({ dropped: 1 });
    const [entry] =
      await server.sql`select source, note from do_not_contact where phone_e164 = ${FICTION[2]}`;
    expect(entry).toMatchObject({ source: "reply", note: `Wrote: ${possible}` });
    const audit = await owner.query<Page<{ action: string }>>("audit.list", {});
    expect(audit.data.items.some((line) => line.action === "opt-out.confirm")).toBe(true);
    await write(FICTION[2], "START");
    expect(await server.sql`select 1 from do_not_contact where phone_e164 = ${FICTION[2]}`).toHaveLength(0);
  });

  it("is dated by its text, whenever a member confirms it", async () => {
    const phone = FICTION[1];
    await write(phone, possible, new Date(Date.now() - 24 * 3_600_000));
    const [turn] = (await turns(phone)).filter(({ kind }) => kind === "ask-a-person");
    expect((await owner.mutate("inbox.decide", { id: turn!.id, decision: "opted-out" })).status).toBe(200);
    const [entry] = await server.sql<{ hours: number[] }[]>`
      select array[round(extract(epoch from clock_timestamp() - d.created_at) / 3600),
        round(extract(epoch from clock_timestamp() - c.consent_at) / 3600)]::int[] as hours
      from do_not_contact d join contacts c using (tenant_id, phone_e164) where d.phone_e164 = ${phone}`;
    expect(entry).toEqual({ hours: [24, 24] });
  });

  it("is none where they have texted START since: the latest text counts, as with a STOP", async () => {
    const phone = FICTION[1];
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    await write(phone, possible, hoursAgo(2));
    await write(phone, "START", hoursAgo(1));
    const [turn] = (await turns(phone)).filter((each) => each.kind === "ask-a-person" && !each.decision);
    const decide = (decision: string) => owner.mutate("inbox.decide", { id: turn!.id, decision });
    expect(await decide("opted-out")).toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/START after this.*Dismiss it/),
    });
    expect(await server.sql`select 1 from do_not_contact where phone_e164 = ${phone}`).toEqual([]);
    expect((await decide("dismissed")).status).toBe(200);
  });

  it("once confirmed, counts like a STOP against a START of the same minute that arrives later", async () => {
    const phone = FICTION[3];
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    await write(phone, possible, minutesAgo(30));
    const [turn] = await turns(phone);
    expect((await owner.mutate("inbox.decide", { id: turn!.id, decision: "opted-out" })).status).toBe(200);
    await write(phone, "START", minutesAgo(29.5));
    expect(await server.sql`select 1 from do_not_contact where phone_e164 = ${phone}`).toHaveLength(1);
    await write(phone, "START");
    expect(await server.sql`select 1 from do_not_contact where phone_e164 = ${phone}`).toEqual([]);
  });

  it("is decided as a preference: what they refuse stops, the rest goes, and two can't decide at once", async () => {
    const phone = "+61491570313";
    const [contactId] = await addContacts(server.sql, tenantId, [phone]);
    await server.sql`update tenants set topics = '{Offers}' where id = ${tenantId}`;
    await write(phone, "no more offers but keep my reminders please");
    const open = (await turns(phone)).filter((each) => each.decision === null && each.kind !== "none");
    await server.sql`
      update inbound_messages set kind = 'partial-opt-out', decision = null, decided_at = null where from_phone = ${phone}`;
    await server.sql`delete from contact_preferences where phone_e164 = ${phone}`;
    const [turn] = open.length > 0 ? open : await turns(phone);
    const decide = (refuses: object[]) =>
      owner.mutate("inbox.decide", { id: turn!.id, decision: "preference", refuses });
    expect((await decide([])).message).toMatch("Choose what they don't want");
    expect((await decide([{ purpose: "marketing", topic: "Events" }])).status).toBe(400);
    expect((await decide([{ purpose: "service", topic: "Offers" }])).message).toMatch(
      "Only marketing has topics",
    );
    const refuses = [{ purpose: "marketing", topic: "Offers" }];
    const both = await Promise.all([decide(refuses), decide(refuses)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(
      await server.sql`select subject, source from contact_preferences where phone_e164 = ${phone}`,
    ).toEqual([{ subject: "marketing:Offers", source: "reply" }]);
    expect(await server.sql`select 1 from do_not_contact where phone_e164 = ${phone}`).toEqual([]);
    const [known] =
      await server.sql`select consent_summary -> 'refused' as refused from contacts where id = ${contactId!}`;
    expect(known).toEqual({ refused: ["marketing:Offers"] });
    const [entry] = await server.sql`
      select detail from audit_log where action = 'opt-out.preference' and object_id = ${turn!.id}`;
    expect(entry).toEqual({ detail: { refuses: ["marketing:Offers"] } });
  });

  it("is dismissed, and the contact may be texted as before", async () => {
    await write(FICTION[4], possible);
    const [turn] = await turns(FICTION[4]);
    await owner.mutate("inbox.decide", { id: turn!.id, decision: "dismissed" });
    expect(await counts()).toMatchObject({ undecided: 0 });
    expect((await turns(FICTION[4]))[0]).toMatchObject({ decision: "dismissed" });
    expect((await reply(FICTION[4])).claim.messages).toHaveLength(1);
  });
});

it("keeps the conversations' figures equal to a recount", async () => {
  const wrong = await server.sql`
    select c.* from conversations c join (
      select tenant_id, from_phone, max(id::text) as last,
        count(*) filter (where read_at is null and kind in ('none', 'ask-a-person', 'partial-opt-out', 'wants-texts', 'help'))::int as unread,
        count(*) filter (where kind in ('ask-a-person', 'partial-opt-out') and decision is null)::int as undecided
      from inbound_messages where tenant_id is not null group by 1, 2
    ) r on r.tenant_id = c.tenant_id and r.from_phone = c.phone_e164
    where (c.last_inbound_id::text, c.unread, c.undecided) is distinct from (r.last, r.unread, r.undecided)`;
  expect(wrong).toEqual([]);
});
