import type { PartBodies } from "@smscrm/core/law/rule-parts";
import type { ReplyCounts } from "@smscrm/core/replay/reply-replay";
import type { ReplyKind } from "@smscrm/core/replies/replies";
import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { listVersions, writeVersions } from "@smscrm/db/law/country-rules";
import { cancelDraftReplay, draftRule, type RuleDraft, readDraft } from "@smscrm/db/law/rule-drafts";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { replayLoop } from "./replay-loop.ts";

let fixture: SendFixture;
let author: { by: string; userId: string; tenantId: string };
beforeAll(async () => {
  fixture = await openSendFixture();
  const [user] = await fixture.owner<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  author = { by: "op@example.com", userId: user!.id, tenantId: await fixture.tenant() };
});
afterAll(() => fixture.close());
beforeEach(async () => {
  await fixture.owner`
    update country_rule_changes set status = 'withdrawn', decided_at = now(), due_at = null where status = 'open'`;
  await fixture.owner`delete from inbound_messages`;
  await setWords(null);
});

type Words = Omit<PartBodies["replies"], "language">;
const version = (words: Words | null) => ({
  ...{ country: "KE", part: "replies" as const },
  body: words && { language: "Luo", ...words },
  ...(words
    ? { source: "https://ca.go.ke/rules", checkedOn: "2026-01-01", note: null }
    : { source: null, checkedOn: null, note: "As shipped" }),
});
const setWords = (words: Words | null) =>
  writeVersions(fixture.owner, { by: author.by, userId: null, tenantId: null }, [version(words)], {
    ...{ validFrom: null, basedOn: {} },
  });

let last = 0;
/** An organisation with a number, a way to text it, and to be texted by it. */
async function organisation() {
  const { owner, sql } = fixture;
  const tenantId = await fixture.tenant();
  const { id: numberId, phone: ours } = await fixture.number(tenantId);
  const campaignId = await fixture.campaign(tenantId);
  const says = (from: string, body: string, optOutType: string | null = null): Promise<void> => {
    last += 1;
    const messageSid = `SM${String(last).padStart(32, "0")}`;
    return ingestInbound(sql, { messageSid, from, to: ours, body, optOutType, payload: null });
  };
  const texts = async (to: string, body: string): Promise<void> => {
    const [job] = await owner<{ id: string }[]>`
      with person as (
        insert into contacts (tenant_id, phone_e164, country, line_type, consent_basis)
        values (${tenantId}, ${to}, 'KE', 'MOBILE', 'express') returning id)
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, status, sent_at)
      select ${tenantId}, ${campaignId}, id, ${to}, 'KE', 'sent', now() from person returning id`;
    await owner`
      insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone,
        body, segments, validity_seconds, state, budget_day, budget_month, reserved_micros, claimed_at)
      values (${tenantId}, ${job!.id}, ${campaignId}, 1, ${numberId}, ${ours}, ${to}, ${body}, 1, 300, 'accepted',
        now()::date, date_trunc('month', now())::date, 0, clock_timestamp())`;
  };
  return { tenantId, says, texts };
}
type Organisation = Awaited<ReturnType<typeof organisation>>;

const kenyan = (n: number) => `+2547${10_000_000 + n}`;
const ABROAD = "+61491570006";
const OURS = "Sale today, reply NEIN to opt out";
const TEXTS = [
  ...["weya", "tho acha", "stop", "yes", "start", "help", "why did you stop texting me?", "asante sana"],
  ...["yie weya", "weya?", "see you tomorrow", "kony", "Reply STOP", "no more offers but keep my reminders"],
  ...[
    "nein",
    "hapana",
    `Loved “${OURS}”`,
    "stop please 🛑",
    "medo",
    "please do not weya me",
    "x".repeat(1_700),
  ],
];

/** Every text in every state: never texted, texted before, opted out before, and recognised by the carrier. */
async function conversation({ says, texts }: Organisation): Promise<number> {
  let from = 0;
  for (const text of TEXTS) {
    await says(kenyan(from), text);
    await texts(kenyan(from + 1), OURS);
    await says(kenyan(from + 1), text);
    await says(kenyan(from + 2), "stop");
    await says(kenyan(from + 2), text);
    await says(kenyan(from + 3), text, "STOP");
    await says(ABROAD, text);
    from += 4;
  }
  return TEXTS.length * 6;
}
interface Heard {
  from: string;
  body: string;
  kind: ReplyKind;
}
const heardBy = ({ tenantId }: Organisation) =>
  fixture.owner<Heard[]>`
    select from_phone as "from", body, kind from inbound_messages
    where tenant_id = ${tenantId} and from_phone like '+254%' order by id`;

const going = new AbortController().signal;
const replayOnce = (options: object = {}) =>
  replayLoop({ pipeline: fixture.sql, stop: going, page: 40, ...options }).run();
const stored = async (id: string): Promise<RuleDraft> => (await readDraft(fixture.owner, id))!;

async function draft(words: Words | null): Promise<string> {
  const seen = (await listVersions(fixture.owner, "KE", 1))[0]?.revision ?? 0;
  const drafted = await draftRule(fixture.owner, author, version(words), { validFrom: null, seen });
  if (drafted.kind !== "drafted") throw new Error(drafted.kind);
  await fixture.owner`
    update country_rule_changes set replay_until = clock_timestamp() + interval '1 second', due_at = now()
    where id = ${drafted.id}`;
  return drafted.id;
}
async function toEnd(id: string): Promise<RuleDraft> {
  for (let at = 0; at < 200 && (await stored(id)).replayState !== "done"; at += 1) await replayOnce();
  const row = await stored(id);
  expect(row.replayState).toBe("done");
  return row;
}
const replayOf = async (words: Words | null) => (await toEnd(await draft(words))).replay!.replies!;
const sorted = (shifts: ReplyCounts["shifts"]) =>
  shifts.toSorted((a, b) => `${a.from} ${a.to}`.localeCompare(`${b.from} ${b.to}`));

const WORDS: Words = { whole: ["weya", "hapana"], help: ["kony"], wantsTexts: ["medo"], courtesies: "yie" };

describe("a draft of reply words", () => {
  test.each([
    { name: "as shipped", words: null },
    { name: "added", words: WORDS },
  ])("that are the words in force, $name, gives exactly what was heard", async ({ words }) => {
    await setWords(words);
    const organisations = [await organisation(), await organisation()];
    for (const one of organisations) await conversation(one);
    const heard = (await Promise.all(organisations.map(heardBy))).flat();
    expect(new Set(heard.map(({ kind }) => kind)).size).toBe(8);
    const { replay } = await toEnd(await draft(words));
    expect(replay!.replies).toEqual({ compared: heard.length, shifts: [], unknown: {} });
    expect([...replay!.organisations].sort()).toEqual(organisations.map(({ tenantId }) => tenantId).sort());
  });

  test("reads each reply first with the words of its time, also where they changed between two replies", async () => {
    const one = await organisation();
    const from = kenyan(0);
    await one.says(from, "weya");
    await setWords({ whole: ["weya"] });
    await one.says(kenyan(1), "weya");
    await setWords({ help: ["weya"] });
    await one.says(kenyan(2), "weya");
    const [first] = await heardBy(one);
    const replies = await replayOf({ whole: ["weya"] });
    expect(replies).toMatchObject({ compared: 3, unknown: {} });
    expect(sorted(replies.shifts)).toEqual(
      sorted([
        { from: first!.kind, to: "opt-out", replies: 1 },
        { from: "help", to: "opt-out", replies: 1 },
      ]),
    );
  });

  test.each([
    { name: "hears more", before: null, after: WORDS },
    { name: "hears less", before: WORDS, after: { whole: ["hapana"] } },
  ])("that $name says what the webhook really hears with them", async ({ before, after }) => {
    await setWords(before);
    const ours = await organisation();
    await conversation(ours);
    const was = await heardBy(ours);
    const replies = await replayOf(after);
    await setWords(after);
    const twin = await organisation();
    await conversation(twin);
    const is = await heardBy(twin);
    const expected: ReplyCounts["shifts"] = [];
    was.forEach(({ kind: from, body }, at) => {
      const { kind: to, body: same } = is[at]!;
      expect(same).toBe(body);
      if (from === to) return;
      const known = expected.find((shift) => shift.from === from && shift.to === to);
      if (known) known.replies += 1;
      else expected.push({ from, to, replies: 1 });
    });
    expect(expected.length).toBeGreaterThan(1);
    expect(sorted(replies.shifts)).toEqual(sorted(expected));
    expect(replies).toMatchObject({ compared: was.length, unknown: {} });
  });

  test("says how many replies can't be compared, and why", async () => {
    const one = await organisation();
    await one.texts(kenyan(4), OURS);
    for (let n = 0; n < 6; n += 1) await one.says(kenyan(n), n === 4 ? "nein" : "weya");
    const { owner } = fixture;
    await owner`update inbound_messages set facts = null where from_phone in (${kenyan(0)}, ${kenyan(1)})`;
    await owner`update inbound_messages set body = '' where from_phone = ${kenyan(2)}`;
    await owner`update inbound_messages set kind = 'opt-in' where from_phone = ${kenyan(3)}`;
    await owner`update send_attempts set body = '' where to_phone = ${kenyan(4)}`;
    await erasePerson(fixture.sql, {
      ...{ tenantId: one.tenantId, phone: kenyan(5), reason: "Asked by letter", by: author.userId },
    });
    const [erased] = await owner`
      select facts from inbound_messages where from_phone not like '+%' and tenant_id = ${one.tenantId}`;
    expect(erased).toEqual({ facts: null });
    expect(await replayOf(WORDS)).toEqual({
      ...{ compared: 0, shifts: [], unknown: { before: 2, text: 2, differs: 1 } },
    });
  });

  test("is counted page by page, goes on where a killed worker stopped, and ends when it is canceled", async () => {
    const one = await organisation();
    const replies = await conversation(one);
    const whole = await toEnd(await draft(WORDS));
    expect(whole.scanned).toBe(replies);
    const id = await draft(WORDS);
    let pages = 0;
    const killed = replayOnce({
      onPage: async () => {
        pages += 1;
        if (pages === 2) throw new Error("the worker was killed");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    expect(await stored(id)).toMatchObject({ replayState: "running", scanned: 80 });
    await fixture.owner`update country_rule_changes set due_at = now() where id = ${id}`;
    expect((await toEnd(id)).replay).toEqual(whole.replay);
    const canceled = await draft(WORDS);
    await replayOnce({
      onPage: async () => {
        const { revision } = await stored(canceled);
        await cancelDraftReplay(fixture.owner, author, { id: canceled, revision });
      },
    });
    expect(await stored(canceled)).toMatchObject({ replayState: "canceled", scanned: 40 });
  });

  test("is watched in shadow mode: only replies since then, each once", async () => {
    const one = await organisation();
    await one.says(kenyan(0), "weya");
    const id = await draft(WORDS);
    await fixture.owner`update country_rule_changes set replay_until = clock_timestamp() where id = ${id}`;
    expect((await toEnd(id)).replay!.replies!.compared).toBe(1);
    const look = async () => {
      await fixture.owner`
        update country_rule_changes set due_at = now(), pass_until = clock_timestamp() where id = ${id}`;
      await replayOnce();
      return (await stored(id)).shadow!.replies;
    };
    await one.says(kenyan(1), "weya");
    await one.says(kenyan(2), "stop");
    // Ids of the same millisecond as the end of a look are counted by the next one.
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await look()).toMatchObject({ compared: 2, shifts: [{ to: "opt-out", replies: 1 }] });
    await one.says(kenyan(3), "hapana");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await look()).toMatchObject({ compared: 3 });
    expect((await stored(id)).replay!.replies!.compared).toBe(1);
  });

  test("stores figures alone: no text, number or message", async () => {
    const one = await organisation();
    await conversation(one);
    await toEnd(await draft(WORDS));
    const rows = await fixture.owner<{ text: string }[]>`
      select coalesce(replay::text, '') || coalesce(shadow::text, '') as text from country_rule_changes`;
    const text = rows.map((row) => row.text).join();
    const names = await fixture.owner<{ name: string }[]>`
      select body as name from inbound_messages where length(body) > 4 union select from_phone from inbound_messages
      union select id::text from inbound_messages union select message_sid from inbound_messages`;
    const kinds = new Set(["start", "stop", "help"]);
    expect(names.filter(({ name }) => !kinds.has(name) && text.includes(name))).toEqual([]);
  });
});
