import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ingestInbound } from "../carrier/webhooks.ts";
import { addDoNotContact } from "../contacts/do-not-contact.ts";
import { migrateDatabase } from "../migrations.ts";
import { openPipeline } from "../postgres/connection.ts";
import { claimForSending } from "../send/claim.ts";
import { createOldDatabase } from "../testing/old-database.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";

const AUTO_REPLY = "Ayuda";
const OPT_OUT = "please stop texting me";

let fixture: SendFixture;
let tenantId: string;
let ours: string;
let person: string;
let people = 0;
let sids = 0;

beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  tenantId = await fixture.tenant();
  await fixture.number(tenantId);
  const [number] = await fixture.sql<{ phone: string }[]>`
    select phone_e164 as phone from sending_numbers where tenant_id = ${tenantId}`;
  ours = number!.phone;
  people += 1;
  person = `+614155${String(70_000 + people)}`;
  await fixture.people(tenantId, { phones: [person], tags: ["one"] });
});

interface Saying {
  from?: string;
  to?: string;
  optOutType?: string;
}
function say(body: string, { from = person, to = ours, optOutType }: Saying = {}): Promise<void> {
  sids += 1;
  const messageSid = `SM${String(sids).padStart(32, "0")}`;
  return ingestInbound(fixture.sql, {
    ...{ messageSid, from, to, body, optOutType: optOutType ?? null, payload: {} },
  });
}
const reasons = async () =>
  (
    await fixture.sql<{ reason: string }[]>`
      select j.failure_reason as reason from campaigns c join send_jobs j on j.campaign_id = c.id
      where c.tenant_id = ${tenantId} and c.kind in ('answer', 'confirmation') order by j.id`
  ).map(({ reason }) => reason);
/** Makes the opt-out and its confirmation older. */
async function fiveMinutesLater(): Promise<void> {
  await fixture.sql`
    update do_not_contact set created_at = created_at - interval '5 minutes' where tenant_id = ${tenantId}`;
  await fixture.sql`
    update campaigns set launched_at = launched_at - interval '5 minutes' where tenant_id = ${tenantId}`;
}
const lastKind = async () => {
  const [last] = await fixture.sql`
    select kind from inbound_messages where tenant_id = ${tenantId} and from_phone = ${person} order by id desc limit 1`;
  return last!.kind;
};
const source = async () => {
  const [row] = await fixture.sql`
    select source from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${person}`;
  return row?.source ?? null;
};

const answers = () => fixture.sql<{ id: string; kind: string; phone: string }[]>`
  select j.id, c.kind, j.phone_e164 as phone from campaigns c join send_jobs j on j.campaign_id = c.id
  where c.tenant_id = ${tenantId} and c.kind in ('answer', 'confirmation') order by j.id`;
const claimAnswers = async () =>
  claimForSending(
    fixture.sql,
    tenantId,
    (await answers()).map(({ id }) => id),
  );
const isListed = async () =>
  (await fixture.sql`select 1 from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${person}`)
    .length > 0;
const consent = async () => {
  const [row] = await fixture.sql`
    select consent_basis as basis from contacts where tenant_id = ${tenantId} and phone_e164 = ${person}`;
  return row!.basis;
};

describe("an automatic answer", () => {
  it("goes once to a machine that writes 16 times at once, through the gates, and costs reserved money", async () => {
    await Promise.all(Array.from({ length: 16 }, () => say(AUTO_REPLY)));
    expect(await answers()).toMatchObject([{ kind: "answer", phone: person }]);
    const { messages } = await claimAnswers();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ to: person, from: ours });
    const [budget] = await fixture.sql`
      select daily_reserved_cents > 0 as reserved from budgets where tenant_id = ${tenantId}`;
    expect(budget).toEqual({ reserved: true });
    await say(AUTO_REPLY);
    expect(await answers()).toHaveLength(1);
  });

  it("waits while the tenant is paused, and is dropped once it is too old", async () => {
    await say(AUTO_REPLY);
    await fixture.sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenantId}`;
    expect(await claimAnswers()).toMatchObject({ messages: [], held: 1 });
    await fixture.sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
    await fixture.sql`update campaigns set expires_at = clock_timestamp() where tenant_id = ${tenantId}`;
    await fixture.sql`update send_jobs set due_at = clock_timestamp(), not_before = null, hold_reason = null where tenant_id = ${tenantId}`;
    expect(await claimAnswers()).toMatchObject({ messages: [], dropped: 1 });
  });

  it("is not sent without budget", async () => {
    await fixture.sql`update tenants set daily_budget_cents = 0 where id = ${tenantId}`;
    await say(AUTO_REPLY);
    expect((await claimAnswers()).messages).toEqual([]);
  });

  it("is not sent to one of our own numbers: two programs would answer each other", async () => {
    const other = await fixture.tenant();
    await fixture.number(other);
    const [number] = await fixture.sql<{ phone: string }[]>`
      select phone_e164 as phone from sending_numbers where tenant_id = ${other}`;
    await say(AUTO_REPLY, { from: number!.phone });
    await say(OPT_OUT, { from: number!.phone });
    expect(await answers()).toEqual([]);
  });

  it("goes from the number that was texted, not from the sticky sender", async () => {
    const [jobId] = await fixture.frozen(await fixture.campaign(tenantId, { tags: ["one"] }));
    const { messages: news } = await claimForSending(fixture.sql, tenantId, [jobId!]);
    expect(news[0]!.from).toBe(ours);
    const { phone: other } = await fixture.number(tenantId);
    await say(AUTO_REPLY, { to: other });
    expect((await claimAnswers()).messages).toMatchObject([{ from: other }]);
  });

  it("is not sent again for the same text, even on a new day", async () => {
    await say(AUTO_REPLY);
    await fixture.owner`update automatic_answers set day = day - 1 where tenant_id = ${tenantId}`;
    await say(` ${AUTO_REPLY.toUpperCase()}`);
    expect(await answers()).toHaveLength(1);
    await say("Hilfe");
    expect(await answers()).toHaveLength(2);
  });

  it.each([
    ["minute", { in_minute: 60, in_day: 70 }],
    ["day", { in_minute: 1, in_day: 2_000 }],
  ])("is limited per tenant and %s", async (_, used) => {
    const other = await fixture.tenant();
    const { phone: theirs } = await fixture.number(other);
    await fixture.sql`
      insert into automatic_answer_fuses (tenant_id, minute, in_minute, day, in_day)
      values (${tenantId}, date_trunc('minute', clock_timestamp()) + interval '1 minute', ${used.in_minute},
        current_date + 1, ${used.in_day - 1})`;
    await fixture.sql`update automatic_answer_fuses set in_minute = in_minute - 1 where in_minute > 1`;
    const writers = Array.from({ length: 8 }, (_, at) => `+6141556${String(1_000 + at)}`);
    await Promise.all(writers.map((from) => say(AUTO_REPLY, { from })));
    expect(await answers()).toHaveLength(1);
    const [fuse] = await fixture.sql`
      select refused, refused_at > now() - interval '1 minute' as lately from automatic_answer_fuses
      where tenant_id = ${tenantId}`;
    expect(fuse).toEqual({ refused: 7, lately: true });
    await say(AUTO_REPLY, { to: theirs });
    expect(await fixture.sql`select 1 from campaigns where tenant_id = ${other}`).toHaveLength(1);
    // In another minute or day the refused person gets an answer.
    await fixture.sql`update automatic_answer_fuses set minute = minute - interval '1 day', day = day - 7`;
    const refused = await fixture.sql<{ phone: string }[]>`
      select m.from_phone as phone from inbound_messages m where m.tenant_id = ${tenantId} and not exists (
        select 1 from automatic_answers a where a.tenant_id = m.tenant_id and a.phone_e164 = m.from_phone)`;
    expect(refused).toHaveLength(7);
    await say("Hilfe", { from: refused[0]!.phone });
    expect(await answers()).toHaveLength(2);
  });

  it("reaches a person who is not a contact yet, and who gets no campaign because of it", async () => {
    person = "+61491570313";
    await say(AUTO_REPLY);
    expect((await claimAnswers()).messages).toHaveLength(1);
    expect(await consent()).toBe("unknown");
  });

  it("makes no contact of unknown consent out of a person who has withdrawn theirs", async () => {
    await say("STOP");
    await fixture.sql`delete from contacts where tenant_id = ${tenantId}`;
    await fixture.sql`delete from do_not_contact where tenant_id = ${tenantId}`;
    await say(AUTO_REPLY);
    expect((await answers()).length).toBe(1);
    expect(await consent()).toBe("withdrawn");
  });
});

describe("the confirmation of an opt-out", () => {
  it("is the only text after it, within five minutes, once", async () => {
    for (let times = 0; times < 12; times += 1) await say(OPT_OUT);
    expect(await answers()).toMatchObject([{ kind: "confirmation" }]);
    const { messages } = await claimAnswers();
    expect(messages).toHaveLength(1);
    expect(await isListed()).toBe(true);
  });

  it("is too old to send after five minutes", async () => {
    await say(OPT_OUT);
    await fiveMinutesLater();
    expect(await claimAnswers()).toMatchObject({ messages: [], dropped: 1 });
    expect(await reasons()).toEqual(["Expired"]);
  });

  it("does not go once the person has lifted the opt-out", async () => {
    await say(OPT_OUT);
    await say("START");
    expect(await claimAnswers()).toMatchObject({ messages: [], dropped: 1 });
    expect(await reasons()).toEqual(["Expired"]);
  });

  it("does not pass an entry that an operator made since", async () => {
    await say(OPT_OUT);
    await fixture.database.asTenant(tenantId, (tx) =>
      addDoNotContact(tx, tenantId, { phoneE164: person, note: "complained", createdBy: null as never }),
    );
    expect(await claimAnswers()).toMatchObject({ messages: [], dropped: 1 });
    expect(await reasons()).toEqual(["Do not contact"]);
    await fixture.sql`delete from do_not_contact where tenant_id = ${tenantId}`;
  });

  it("waits for the kill switch, and is dropped if that is lifted too late", async () => {
    await fixture.sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenantId}`;
    await say(OPT_OUT);
    expect(await claimAnswers()).toMatchObject({ messages: [], held: 1, dropped: 0 });
    await fixture.sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
    await fiveMinutesLater();
    expect(await claimAnswers()).toMatchObject({ messages: [], dropped: 1 });
    expect(await reasons()).toEqual(["Expired"]);
  });

  it("lets no other message pass", async () => {
    await say(OPT_OUT);
    const [jobId] = await fixture.frozen(await fixture.campaign(tenantId, { tags: ["one"] }));
    expect(await claimForSending(fixture.sql, tenantId, [jobId!])).toMatchObject({
      messages: [],
      dropped: 1,
    });
  });
});

describe("after an opt-out", () => {
  it.each(["yes!", "Yes", "ok", "sure"])("%s lifts nothing, and an operator must read it", async (text) => {
    await say(OPT_OUT);
    await say(text);
    await say(text, text === "Yes" ? { optOutType: "START" } : {});
    expect(await isListed()).toBe(true);
    expect(await consent()).toBe("withdrawn");
    expect(await lastKind()).toBe("wants-texts");
  });

  it("START restores the earlier consent, and no more", async () => {
    expect(await consent()).toBe("express");
    await say("STOP");
    await say("START");
    expect([await isListed(), await consent()]).toEqual([false, "express"]);
    await fixture.sql`update contacts set consent_basis = 'unknown' where tenant_id = ${tenantId}`;
    await say("STOP");
    await say("START");
    expect([await isListed(), await consent()]).toEqual([false, "unknown"]);
  });

  it("START does not lift what an operator or a file set", async () => {
    await say("STOP");
    await fixture.sql`update do_not_contact set source = 'import' where tenant_id = ${tenantId}`;
    await say("START");
    expect([await isListed(), await consent()]).toEqual([true, "withdrawn"]);
  });

  it.each([
    ["START", {}],
    ["START", { optOutType: "START" }],
    ["weiter", { optOutType: "START" }],
  ])("%s does not lift an operator's entry for a person who had opted out (%o)", async (text, more) => {
    await say(OPT_OUT);
    const outcome = await fixture.database.asTenant(tenantId, (tx) =>
      addDoNotContact(tx, tenantId, { phoneE164: person, note: "complained", createdBy: null as never }),
    );
    expect([outcome, await source()]).toEqual(["taken-over", "operator"]);
    await say(text, more);
    expect([await source(), await consent(), await lastKind()]).toEqual([
      "operator",
      "withdrawn",
      "wants-texts",
    ]);
    const [inbox] = await fixture.sql`
      select unread, undecided from conversations where tenant_id = ${tenantId} and phone_e164 = ${person}`;
    expect(inbox).toEqual({ unread: 1, undecided: 0 });
  });

  it("START restores consent with its end and names the record of its evidence", async () => {
    const ends = new Date(Date.now() + 86_400_000);
    const [given] = await fixture.sql`
      insert into consents (tenant_id, phone_e164, basis, source, evidence, expires_at)
      values (${tenantId}, ${person}, 'express', 'import', '{"form": "web"}', ${ends}) returning id`;
    await fixture.sql`update contacts set consent_expires_at = ${ends} where tenant_id = ${tenantId}`;
    await say("STOP");
    await say("START");
    const [record] = await fixture.sql`
      select basis, expires_at as ends, evidence ->> 'restores' as restores from consents
      where tenant_id = ${tenantId} order by id desc limit 1`;
    expect(record).toEqual({ basis: "express", ends, restores: given!.id });
    const [contact] =
      await fixture.sql`select consent_expires_at as ends from contacts where tenant_id = ${tenantId}`;
    expect(contact).toEqual({ ends });
  });

  it("START of a person who is not opted out changes and records nothing", async () => {
    const records = () => fixture.sql`select 1 from consents where tenant_id = ${tenantId}`;
    await say("START");
    expect([await records(), await answers(), await consent()]).toEqual([[], [], "express"]);
  });

  it("simultaneous STOP and START leave list and consent consistent in each tenant", async () => {
    const other = await fixture.tenant();
    await fixture.number(other);
    await fixture.people(other, { phones: [person] });
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(round % 2 ? [say("STOP"), say("START")] : [say("START"), say("STOP")]);
      expect([await isListed(), await consent()]).toEqual(
        (await isListed()) ? [true, "withdrawn"] : [false, "express"],
      );
    }
    const theirs = await fixture.sql`
      select consent_basis as basis from contacts where tenant_id = ${other} and phone_e164 = ${person}`;
    expect(theirs).toEqual([{ basis: "express" }]);
  });

  it("a yes of a person who never opted out creates no consent", async () => {
    await fixture.sql`update contacts set consent_basis = 'unknown' where tenant_id = ${tenantId}`;
    await say("Yes");
    await say("START");
    expect(await consent()).toBe("unknown");
  });
});

describe("a phone's reaction", () => {
  it("to our text is not an opt-out and gets no answer, in any language of the phone", async () => {
    const [jobId] = await fixture.frozen(
      await fixture.campaign(tenantId, {
        tags: ["one"],
        body: "Our spring sale starts today. Reply STOP to opt out",
      }),
    );
    expect((await claimForSending(fixture.sql, tenantId, [jobId!])).messages).toHaveLength(1);
    await say("Liked “Our spring sale starts today. Reply STOP to opt out”");
    await say("Polubiono „Our spring sale starts today. Reply STOP to opt out”");
    await say("Our spring sale starts today. Reply STOP to opt out");
    expect(await isListed()).toBe(false);
    expect(await answers()).toEqual([]);
  });
});

it("the migration restores opt-outs that a yes had lifted, and reports how many", async () => {
  const { url, drop } = await createOldDatabase("0013_leases");
  const sql = openPipeline(url, { name: "old replies", max: 2 });
  try {
    const [tenant] = await sql<{ id: string }[]>`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours)
      values ('Old', 'Australia/Sydney', 'AU', 0, 0, '{}') returning id`;
    const texts: [string, string, string][] = [
      ["+61491570006", "opt-out", OPT_OUT],
      ["+61491570006", "opt-in", "Yes!"],
      ["+61491570156", "opt-in", "yes"],
      ["+61491570157", "opt-out", "STOP"],
      ["+61491570157", "opt-in", "START"],
    ];
    for (const phone of new Set(texts.map(([from]) => from)))
      await sql`insert into contacts (tenant_id, phone_e164, country, line_type, consent_basis)
        values (${tenant!.id}, ${phone}, 'AU', 'MOBILE', 'express')`;
    for (const [nth, [from, kind, body]] of texts.entries())
      await sql`insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind)
        values (${tenant!.id}, ${`SM${nth}`}, ${from}, '+61444000100', ${body}, ${kind})`;
    await migrateDatabase(url);
    expect(await sql`select phone_e164 as phone from do_not_contact`).toEqual([{ phone: "+61491570006" }]);
    expect(await sql`select phone_e164 as phone, consent_basis as basis from contacts order by 1`).toEqual([
      { phone: "+61491570006", basis: "withdrawn" },
      { phone: "+61491570156", basis: "unknown" },
      { phone: "+61491570157", basis: "express" },
    ]);
    const [noted] = await sql`select detail from audit_log where action = 'opt-out.put-back'`;
    expect(noted!.detail).toEqual({ optOuts: 1, consents: 2 });
  } finally {
    await sql.end();
    await drop();
  }
});
