import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { insertBulk } from "@smscrm/db/changes/bulk/actions";
import { bulkBatch } from "@smscrm/db/changes/bulk/batches";
import { leaseBulk } from "@smscrm/db/changes/bulk/runs";
import { type MergeOrder, type MergeOutcome, mergeContacts } from "@smscrm/db/changes/merging/merge";
import { preferNumber } from "@smscrm/db/changes/merging/prefer";
import { undoMerge } from "@smscrm/db/changes/merging/undo-merge";
import { undoBatch } from "@smscrm/db/changes/undo-batches";
import { leaseUndo, queueUndo } from "@smscrm/db/changes/undo-runs";
import { countContacts, listContacts } from "@smscrm/db/contacts/contacts";
import { listDuplicates, noteDifferent } from "@smscrm/db/contacts/person/duplicates";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { readPersonData } from "@smscrm/db/privacy/person-data";
import { violations } from "@smscrm/db/testing/ledger-checks";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { importFile, sendToEnd, textedSince } from "../testing/file-to-carrier.ts";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

const [MOBILE, WORK, HOME] = ["+61491570006", "+61491570156", "+61491570157"] as const;

let fixture: SendingFixture;
let by: string;
let tenantId: string;
let sender: string;
beforeAll(async () => {
  fixture = await openSendingFixture("postgres");
  const [user] = await fixture.sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Bea', 'bea@example.com', 'x') returning id`;
  by = user!.id;
});
afterAll(() => fixture.close());
beforeEach(async () => {
  tenantId = await fixture.tenant();
  sender = (await fixture.number(tenantId)).phone;
});

const addPeople = (...phones: string[]) => fixture.people(tenantId, { phones });
const merge = (keptId: string, mergedId: string, more: Partial<MergeOrder> = {}): Promise<MergeOutcome> =>
  mergeContacts(fixture.sql, {
    ...{ tenantId, keptId, mergedId, choices: {}, reason: "Same person", by, seen: null },
    ...more,
  });
async function merged(keptId: string, mergedId: string): Promise<string> {
  const outcome = await merge(keptId, mergedId);
  if (!outcome.ok) throw new Error(outcome.why);
  return outcome.mergeId;
}
const undo = (mergeId: string) => undoMerge(fixture.sql, { tenantId, mergeId, by });
let texts = 0;
const write = (from: string, body: string) =>
  ingestInbound(fixture.sql, {
    messageSid: `SM${"m".repeat(20)}${String(++texts)}`,
    from,
    to: sender,
    body,
    optOutType: null,
    payload: null,
  });
const listed = async () =>
  (
    await fixture.sql<{ phone: string }[]>`
      select phone_e164 as phone from do_not_contact where tenant_id = ${tenantId} order by 1`
  ).map(({ phone }) => phone);
const contact = async (phone: string) =>
  (await fixture.sql`select * from contacts where tenant_id = ${tenantId} and phone_e164 = ${phone}`)[0]!;

/** Everything that a merge may touch of a tenant's contacts, as text. */
async function stateOf(): Promise<Record<string, string>> {
  const [row] = await fixture.owner<Record<string, string>[]>`select
    (select string_agg(c::text, E'\n' order by id) from contacts c where tenant_id = ${tenantId}) as contacts,
    (select string_agg(d::text, E'\n' order by phone_e164) from do_not_contact d where tenant_id = ${tenantId}) as list,
    (select string_agg(p::text, E'\n' order by phone_e164, subject) from contact_preferences p where tenant_id = ${tenantId}) as refused,
    (select string_agg(concat_ws(' ', tag, n), ',' order by tag) from (
      select tag, sum(contacts) as n from contact_counters where tenant_id = ${tenantId} group by 1 having sum(contacts) <> 0) k) as counters,
    (select string_agg(m::text, ',' order by kind, key, contact_id) from contact_match_keys m where tenant_id = ${tenantId}) as keys,
    (select string_agg(s::text, ',' order by kind, key) from contact_shared_keys s where tenant_id = ${tenantId}) as shared,
    (select string_agg(concat_ws(' ', kind, part), ',' order by kind, part) from contact_search_parts where tenant_id = ${tenantId}) as parts`;
  return row!;
}

describe("a person with two numbers", () => {
  test("is texted once, on the preferred number, whatever number a file names", async () => {
    const worker = fixture.startOne();
    await importFile(
      fixture,
      tenantId,
      `Mobile,First name,Email\n${MOBILE},Mia,\n${WORK},Maria,old@example.com\n`,
    );
    await merged(String((await contact(MOBILE)).id), String((await contact(WORK)).id));
    const again = await importFile(
      fixture,
      tenantId,
      `Mobile,First name,Email\n${WORK},Mia,new@example.com\n${HOME},Noah,\n`,
    );
    expect(again).toMatchObject({ status: "completed", created: 1, updated: 1, rejected: 0 });
    expect(await contact(MOBILE)).toMatchObject({
      first_name: "Mia",
      email: "new@example.com",
      merged_into: null,
    });
    expect(await contact(WORK)).toMatchObject({ first_name: null, email: null, tags: [] });
    const both = await importFile(
      fixture,
      tenantId,
      `Mobile,First name,Email\n${WORK},Wrong,wrong@example.com\n${MOBILE},Mia,mia@example.com\n`,
    );
    expect(both).toMatchObject({ created: 0, updated: 1, unchanged: 1, rejected: 0 });
    expect((await contact(MOBILE)).email).toBe("mia@example.com");
    const consents = await fixture.sql`
      select phone_e164 as phone, count(*)::int as n from consents where tenant_id = ${tenantId} group by 1 order by 1`;
    expect([...consents]).toEqual([
      { phone: MOBILE, n: 2 },
      { phone: WORK, n: 3 },
      { phone: HOME, n: 1 },
    ]);
    const before = fixture.creates().length;
    await sendToEnd(fixture, await fixture.campaign(tenantId));
    expect(textedSince(fixture, before)).toEqual([MOBILE, HOME]);
    await fixture.stopOne(worker);
  });

  test("who says STOP on one gets nothing on the other, and START lifts it for its own number alone", async () => {
    const [kept, other] = await addPeople(MOBILE, WORK);
    await merged(kept!, other!);
    await write(WORK, "STOP");
    expect(await listed()).toEqual([MOBILE, WORK]);
    expect(await contact(MOBILE)).toMatchObject({ consent_basis: "withdrawn" });
    const worker = fixture.startOne();
    const before = fixture.creates().length;
    await sendToEnd(fixture, await fixture.campaign(tenantId));
    expect(textedSince(fixture, before)).toEqual([]);
    await write(WORK, "START");
    expect(await listed()).toEqual([MOBILE]);
    await fixture.stopOne(worker);
  });

  test("has one row in lists and audiences, and is found by either number", async () => {
    const [kept, other] = await addPeople(MOBILE, WORK);
    await merged(kept!, other!);
    const read = (search?: string) =>
      fixture.database.asTenant(tenantId, async (tx) => ({
        ids: (await listContacts(tx, tenantId, { search, cursor: null, limit: 10 })).items.map(
          ({ id }) => id,
        ),
        total: await countContacts(tx, tenantId, {}),
      }));
    expect(await read()).toEqual({ ids: [kept], total: 1 });
    for (const search of [WORK, MOBILE, WORK.slice(-4)]) expect((await read(search)).ids).toEqual([kept]);
  });

  test("keeps details, tags and campaigns when another number is preferred", async () => {
    const [kept, other] = await addPeople(MOBILE, WORK);
    await fixture.sql`update contacts set email = 'mia@example.com', tags = '{vip}', created_at = now() - interval '1 day'
      where id = ${kept!}`;
    await merged(kept!, other!);
    const worker = fixture.startOne();
    const before = fixture.creates().length;
    const campaignId = await fixture.campaign(tenantId, { tags: ["vip"] });
    await sendToEnd(fixture, campaignId);
    expect(await preferNumber(fixture.sql, { tenantId, contactId: kept!, numberId: other!, by })).toBe(
      "done",
    );
    expect(await contact(WORK)).toMatchObject({ email: "mia@example.com", tags: ["vip"], merged_into: null });
    expect(await contact(MOBILE)).toMatchObject({ email: null, tags: [], merged_into: other });
    const [job] =
      await fixture.sql`select contact_id, phone_e164 from send_jobs where campaign_id = ${campaignId}`;
    expect(job).toEqual({ contact_id: other, phone_e164: MOBILE });
    await sendToEnd(fixture, await fixture.campaign(tenantId));
    expect(textedSince(fixture, before)).toEqual([MOBILE, WORK]);
    expect(await preferNumber(fixture.sql, { tenantId, contactId: kept!, numberId: other!, by })).toBe(
      "gone",
    );
    await fixture.stopOne(worker);
  });

  test("is deleted with both, and restored with both", async () => {
    const [kept, other] = await addPeople(MOBILE, WORK);
    await merged(kept!, other!);
    const before = await stateOf();
    const { database, sql } = fixture;
    const { id } = await database.asTenant(tenantId, (tx) =>
      insertBulk(tx, tenantId, {
        ...{ change: { do: "delete" }, choice: { kind: "filter" }, target: { kind: "ticked" } },
        ...{ reason: "As asked", requestedBy: by },
      }),
    );
    const bulk = (await leaseBulk(sql, "w"))!;
    while ((await bulkBatch(sql, "w", bulk)) === "again");
    expect((await stateOf()).contacts).toBeNull();
    await database.asTenant(tenantId, (tx) =>
      queueUndo(tx, tenantId, id, { reason: "A mistake", requestedBy: by }),
    );
    const undoing = (await leaseUndo(sql, "w"))!;
    while ((await undoBatch(sql, "w", undoing)) === "again");
    expect(await stateOf()).toEqual(before);
    const [counts] = await sql`
      select b.changed, u.restored from bulk_actions b join import_undos u on u.import_id = b.id where b.id = ${id}`;
    expect(counts).toEqual({ changed: 1, restored: 1 });
  });

  test("is erased and exported with both", async () => {
    const [kept, other] = await addPeople(MOBILE, WORK);
    await merged(kept!, other!);
    await write(WORK, "hello");
    const data = await fixture.database.asTenant(tenantId, (tx) => readPersonData(tx, tenantId, WORK));
    expect(data).toMatchObject({ contact: { id: kept }, otherNumbers: [{ id: other, phone_e164: WORK }] });
    expect(data.replies).toHaveLength(1);
    expect(data.merges).toHaveLength(1);
    await erasePerson(fixture.owner, { tenantId, phone: MOBILE, reason: "Asked", by });
    const left = await fixture.owner`
      select (select count(*)::int from contacts where tenant_id = ${tenantId}) as contacts,
        (select count(*)::int from contact_merges where tenant_id = ${tenantId}) as merges,
        (select count(*)::int from inbound_messages where tenant_id = ${tenantId} and from_phone like '+%') as texts,
        (select count(*)::int from contact_match_keys where tenant_id = ${tenantId}) as keys`;
    expect(left[0]).toEqual({ contacts: 0, merges: 0, texts: 0, keys: 0 });
  });
});

describe("a merge of people who are in a launched campaign", () => {
  test("leaves one message for both, on the kept number", async () => {
    const [kept, other] = await addPeople(MOBILE, WORK);
    const campaignId = await fixture.campaign(tenantId);
    await fixture.frozen(campaignId);
    await merged(kept!, other!);
    const worker = fixture.startOne();
    const before = fixture.creates().length;
    await fixture.allFinal();
    expect(textedSince(fixture, before)).toEqual([MOBILE]);
    const refused = await fixture.sql`
      select failure_reason as reason, verdict -> 'looked' ->> 'mergedInto' as into from send_jobs
      where campaign_id = ${campaignId} and contact_id = ${other!}`;
    expect(refused[0]).toEqual({ reason: "Duplicate", into: kept });
    await fixture.stopOne(worker);
  });

  test("sends to the kept number what waits for the other alone", async () => {
    const [kept] = await addPeople(MOBILE);
    const [other] = await fixture.people(tenantId, { phones: [WORK], tags: ["vip"] });
    await fixture.frozen(await fixture.campaign(tenantId, { tags: ["vip"] }));
    await merged(kept!, other!);
    const worker = fixture.startOne();
    const before = fixture.creates().length;
    await fixture.allFinal();
    expect(textedSince(fixture, before)).toEqual([MOBILE]);
    await fixture.stopOne(worker);
  });

  test("refuses the kept number where the other's message is on its way already", async () => {
    const [kept, other] = await addPeople(MOBILE, WORK);
    const jobs = await fixture.frozen(await fixture.campaign(tenantId));
    const byContact = await fixture.sql<{ id: string; contact: string }[]>`
      select id, contact_id as contact from send_jobs where id = any(${jobs}::uuid[])`;
    const jobOf = (id: string) => byContact.find((job) => job.contact === id)!.id;
    const first = await fixture.claim(tenantId, [jobOf(other!)]);
    expect(first.messages).toHaveLength(1);
    await merged(kept!, other!);
    const second = await fixture.claim(tenantId, [jobOf(kept!)]);
    expect(second).toMatchObject({ messages: [], dropped: 1 });
    expect(await fixture.job(jobOf(kept!))).toMatchObject({ status: "failed", reason: "Duplicate" });
    // The message that is on its way ends with its own number, whatever becomes of the contacts.
    await fixture.accept(first.messages.map(({ attemptId }) => attemptId));
    expect(await fixture.job(jobOf(other!))).toMatchObject({ status: "sent" });
    await fixture.sql`update send_jobs set status = 'delivered', final_at = now() where id = ${jobOf(other!)}`;
  });

  test("never texts anybody twice if launches, claims and merges run at once", async () => {
    const pairs = Array.from(
      { length: 12 },
      (_, n) => [`+6140100${1000 + n}`, `+6140200${1000 + n}`] as const,
    );
    const ids = new Map<string, string>();
    for (const phone of pairs.flat()) ids.set(phone, (await addPeople(phone))[0]!);
    // Half are merged before anything is claimed, half at the same time.
    const [early, late] = [pairs.slice(0, 6), pairs.slice(6)];
    const campaignId = await fixture.campaign(tenantId);
    await Promise.all([
      fixture.frozen(campaignId),
      ...early.map(([kept, other]) => merged(ids.get(kept)!, ids.get(other)!)),
    ]);
    const before = fixture.creates().length;
    const worker = fixture.startOne();
    await Promise.all(late.map(([kept, other]) => merged(ids.get(kept)!, ids.get(other)!)));
    await fixture.allFinal();
    const texted = textedSince(fixture, before);
    expect(new Set(texted).size).toBe(texted.length);
    for (const [kept, other] of early)
      expect(texted.filter((one) => one === kept || one === other)).toEqual([kept]);
    // A message that was claimed before its merge may have gone; none is claimed for the same person after it.
    const after = await fixture.sql`
      select a.to_phone from send_attempts a join contact_merges m on m.tenant_id = a.tenant_id
      join contacts c on c.tenant_id = a.tenant_id and c.id = m.merged_id and c.phone_e164 = a.to_phone
      where a.tenant_id = ${tenantId} and a.campaign_id = ${campaignId} and a.claimed_at > m.created_at`;
    expect([...after]).toEqual([]);
    expect(await violations(fixture.owner)).toEqual([]);
    await fixture.stopOne(worker);
  });
});

describe("two at once", () => {
  test("of merges of the same contacts at once, each contact is merged once at most", async () => {
    const [one, two, three] = await addPeople(MOBILE, WORK, HOME);
    const outcomes = await Promise.all([merge(one!, two!), merge(two!, one!), merge(three!, two!)]);
    const [there, back, third] = outcomes.map(({ ok }) => ok);
    // The third may follow the second: then the person of both goes into another contact.
    expect([there, back, third].some(Boolean)).toBe(true);
    expect([there && back, there && third]).toEqual([false, false]);
    for (const outcome of outcomes)
      if (!outcome.ok) expect(["merged-already", "busy"]).toContain(outcome.why);
    const depth = await fixture.sql`
      select 1 from contacts c join contacts k on k.id = c.merged_into where k.merged_into is not null`;
    expect([...depth]).toEqual([]);
  });

  test("a STOP that arrives during a merge holds for both numbers", async () => {
    const phones = Array.from(
      { length: 10 },
      (_, n) => [`+6140300${1000 + n}`, `+6140400${1000 + n}`] as const,
    );
    for (const [kept, other] of phones) {
      const [keptId, otherId] = await addPeople(kept, other);
      const [outcome] = await Promise.all([merge(keptId!, otherId!), write(other, "STOP")]);
      if (!outcome.ok) {
        expect(outcome.why).toBe("busy");
        await merged(keptId!, otherId!);
      }
    }
    expect(await listed()).toEqual(phones.flat().sort());
  });

  test("a merge of what somebody has changed since is refused", async () => {
    const [one, two] = await addPeople(MOBILE, WORK);
    const seen = {
      kept: new Date((await contact(MOBILE)).updated_at as Date),
      merged: new Date((await contact(WORK)).updated_at as Date),
    };
    await fixture.sql`update contacts set email = 'x@example.com', updated_at = clock_timestamp() + interval '1 s' where id = ${two!}`;
    expect(await merge(one!, two!, { seen })).toEqual({ ok: false, why: "changed" });
    expect(await merge(one!, two!, { choices: { email: "kept" } })).toEqual({
      ok: false,
      why: "unknown-choice",
    });
    expect(await merge(one!, crypto.randomUUID())).toEqual({ ok: false, why: "gone" });
  });
});

describe("undoing a merge", () => {
  const value = fc.option(fc.constantFrom("a", "b"), { nil: null });
  const person = fc.record({
    ...{ first: value, email: value, city: value, postcode: value, size: value, pet: value },
    tags: fc.subarray(["x", "y", "z"]),
    zone: fc.constantFrom(["Australia/Perth", "stated"], [null, "unknown"], ["Australia/Sydney", "state"]),
    listed: fc.constantFrom("no", "no", "no", "operator", "stop"),
    refuses: fc.constantFrom(false, false, false, true),
  });
  type Person = typeof person extends fc.Arbitrary<infer P> ? P : never;

  async function add(phone: string, given: Person): Promise<string> {
    const [id] = await addPeople(phone);
    const custom = Object.fromEntries(
      Object.entries({ size: given.size, pet: given.pet }).filter(([, text]) => text !== null),
    );
    await fixture.sql`
      update contacts set first_name = ${given.first}, last_name = 'Lee', email = ${given.email && `${given.email}@example.com`},
        city = ${given.city}, postcode = ${given.postcode}, custom = ${fixture.sql.json(custom as never)}, tags = ${given.tags},
        timezone = ${given.zone[0]!}, timezone_source = ${given.zone[1]!},
        updated_at = clock_timestamp() - random() * interval '1 day'
      where id = ${id!}`;
    if (given.listed === "stop") await write(phone, "STOP");
    if (given.listed === "operator")
      await fixture.sql`
        insert into do_not_contact (tenant_id, phone_e164, source, note) values (${tenantId}, ${phone}, 'operator', 'Called')`;
    if (given.refuses)
      await fixture.sql`
        insert into contact_preferences (tenant_id, phone_e164, subject, source) values (${tenantId}, ${phone}, 'marketing', 'reply')`;
    return id!;
  }

  test("brings both back as they were, and lifts no opt-out and no preference", async () => {
    let nth = 0;
    await fc.assert(
      fc.asyncProperty(person, person, async (one, other) => {
        tenantId = await fixture.tenant();
        sender = (await fixture.number(tenantId)).phone;
        nth += 1;
        const [kept, gone] = [`+614050${10_000 + nth}`, `+614060${10_000 + nth}`];
        const [keptId, goneId] = [await add(kept, one), await add(gone, other)];
        const before = await stateOf();
        const list = await listed();
        const mergeId = await merged(keptId, goneId);
        const during = await contact(kept);
        expect(during.tags).toEqual([...one.tags, ...other.tags.filter((tag) => !one.tags.includes(tag))]);
        if (list.length > 0) expect(await listed()).toEqual([kept, gone]);
        expect(await undo(mergeId)).toMatchObject({ ok: true, kept: [] });
        const after = await stateOf();
        const isStop = one.listed === "stop" || other.listed === "stop";
        if (!isStop) expect(after.list).toBe(before.list);
        else expect(await listed()).toEqual([kept, gone]);
        if (one.refuses || other.refuses) expect(after.refused!.split("\n")).toHaveLength(2);
        const isSame = one.refuses === other.refuses && (!isStop || one.listed === other.listed);
        if (isSame) expect(after).toEqual(before);
        for (const what of ["counters", "keys", "shared", "parts"]) expect(after[what]).toBe(before[what]);
      }),
      { numRuns: 15 },
    );
    expect(await violations(fixture.owner)).toEqual([]);
  });

  test("keeps what was changed since, and gives queued messages back", async () => {
    const [kept] = await addPeople(MOBILE);
    const [other] = await fixture.people(tenantId, { phones: [WORK], tags: ["vip"] });
    const [job] = await fixture.frozen(await fixture.campaign(tenantId, { tags: ["vip"] }));
    await fixture.sql`update contacts set email = 'a@example.com', city = 'Perth' where id = ${other!}`;
    const mergeId = await merged(kept!, other!);
    await fixture.sql`update contacts set email = 'by@hand.example.com', updated_at = clock_timestamp() where id = ${kept!}`;
    expect(await undo(mergeId)).toEqual({ ok: true, keptId: kept, mergedId: other, kept: ["email"] });
    expect(await contact(MOBILE)).toMatchObject({ email: "by@hand.example.com", city: null, tags: [] });
    expect(await contact(WORK)).toMatchObject({
      email: "a@example.com",
      city: "Perth",
      tags: ["vip"],
      merged_into: null,
    });
    const [back] = await fixture.sql`select contact_id, phone_e164 from send_jobs where id = ${job!}`;
    expect(back).toEqual({ contact_id: other, phone_e164: WORK });
    expect(await undo(mergeId)).toEqual({ ok: false, why: "too-late" });
    await fixture.sql`update send_jobs set status = 'canceled', failure_reason = 'Canceled' where id = ${job!}`;
  });

  test("begins with the last merge, and goes with its further numbers", async () => {
    const [one, two, three] = await addPeople(MOBILE, WORK, HOME);
    const first = await merged(two!, three!);
    const second = await merged(one!, two!);
    expect(await contact(HOME)).toMatchObject({ merged_into: one });
    expect(await undo(first)).toEqual({ ok: false, why: "later" });
    expect(await undo(second)).toMatchObject({ ok: true });
    expect(await contact(HOME)).toMatchObject({ merged_into: two });
    expect(await undo(first)).toMatchObject({ ok: true });
    expect(await contact(HOME)).toMatchObject({ merged_into: null });
  });
});

describe("likely duplicates", () => {
  const list = async () =>
    (
      await fixture.database.asTenant(tenantId, (tx) =>
        listDuplicates(tx, tenantId, { cursor: null, limit: 10 }),
      )
    ).items.map(({ reasons, contacts }) => ({ reasons, ids: contacts.map(({ id }) => id).sort() }));

  test("share an address, an id or a name with a date, each pair once with all its reasons", async () => {
    const [one, two, three] = await addPeople(MOBILE, WORK, HOME);
    await fixture.sql`update contacts set email = 'Mia@Example.com', last_name = 'Lee', postcode = '2000' where id = ${one!}`;
    await fixture.sql`update contacts set email = 'mia@example.com ', last_name = 'LEE', postcode = '20 00' where id = ${two!}`;
    await fixture.sql`update contacts set custom = '{"store_id": "17"}' where id in (${two!}, ${three!})`;
    expect(await list()).toEqual([{ reasons: ["email", "postcode"], ids: [one, two].sort() }]);
    await fixture.sql`update contacts set custom = '{"customer_number": "A 17"}' where id in (${two!}, ${three!})`;
    expect(await list()).toContainEqual({ reasons: ["id"], ids: [two, three].sort() });
    await fixture.database.asTenant(tenantId, (tx) => noteDifferent(tx, tenantId, [three!, two!], by));
    expect(await list()).toEqual([{ reasons: ["email", "postcode"], ids: [one, two].sort() }]);
    await merged(one!, two!);
    expect(await list()).toEqual([{ reasons: ["id"], ids: [one, three].sort() }]);
    await fixture.sql`delete from contacts where id = ${three!}`;
    expect(await list()).toEqual([]);
  });

  test("are found among those that one statement adds", async () => {
    await fixture.sql`
      insert into contacts (tenant_id, phone_e164, country, first_name, last_name, custom)
      select ${tenantId}, phone, 'AU', 'Ann', 'Lee', '{"birthday": "1990-01-02"}' from unnest(${[MOBILE, WORK]}::text[]) as p (phone)`;
    expect(await list()).toMatchObject([{ reasons: ["birthday"] }]);
  });
});
