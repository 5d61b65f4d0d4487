import { listChanges, sweepChanges } from "@smscrm/db/changes/change-log";
import { type UndoStep, undoBatch } from "@smscrm/db/changes/undo-batches";
import { leaseUndo, queueUndo, releaseUndo } from "@smscrm/db/changes/undo-runs";
import { withdrawConsent } from "@smscrm/db/contacts/consents";
import { recordOptOuts } from "@smscrm/db/contacts/opt-outs";
import { leaseImport } from "@smscrm/db/imports/import-runs";
import { LOCK_PREFIXES } from "@smscrm/db/postgres/lock-keys";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { readPersonData } from "@smscrm/db/privacy/person-data";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { undoLoop } from "../changes/undo-loop.ts";
import { type ImportFixture, openImportFixture } from "../testing/import-fixture.ts";

let bench: ImportFixture;
let by: string;
beforeAll(async () => {
  bench = await openImportFixture();
  const [user] = await bench.pipeline<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Bea', 'bea@example.com', 'x') returning id`;
  by = user!.id;
  await bench.owner`insert into memberships (tenant_id, user_id, role) values (${bench.tenantId}, ${by}, 'operator')`;
});
afterAll(() => bench.close());
beforeEach(async () => {
  const { owner } = bench;
  for (const table of ["contacts", "do_not_contact", "imports", "contact_changes", "contact_additions"])
    await owner.unsafe(`delete from ${table}`);
  await owner`delete from import_undos`;
  await owner`delete from send_jobs`;
  await owner`delete from inbound_messages`;
  await owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from consents`;
  });
});

const HEADER = "Mobile,First name,Last name,E-mail,Post code,State,Tags,Shoe size";
const MAPPING = {
  ...{ phone: 0, first_name: 1, last_name: 2, email: 3, postcode: 4, state: 5, tags: 6 },
  custom: { "Shoe size": 7 },
};
const people = (...rows: string[]) => [HEADER, ...rows].join("\n");
const imported = (content: string, options: Parameters<ImportFixture["importText"]>[1] = {}) =>
  bench.importText(content, { mapping: MAPPING, ...options });

/** Every contact as its row is stored, and the counters that depend on them. */
async function stored() {
  const contacts = await bench.owner<
    { row: string }[]
  >`select c::text as row from contacts c order by phone_e164`;
  const counters = await bench.owner<{ tag: string }[]>`
    select tag, sum(contacts)::int as contacts from contact_counters group by tag having sum(contacts) <> 0 order by tag`;
  const parts = await bench.owner`select kind, part from contact_search_parts order by kind, part`;
  return { contacts: contacts.map(({ row }) => row), counters: [...counters], parts: [...parts] };
}
const listed = async () =>
  (await bench.owner<{ row: string }[]>`select d::text as row from do_not_contact d order by phone_e164`).map(
    ({ row }) => row,
  );

const ask = (id: string, reason = "The wrong list", tenant = bench.tenantId) =>
  bench.database.asTenant(tenant, (tx) => queueUndo(tx, tenant, id, { reason, requestedBy: by }));
const summary = async (id: string) => {
  const { undo, undoStatus: status } = await bench.result(id);
  return { ...undo!, status };
};
const changes = async (id: string, of: "renamed" | "changed" | "kept") =>
  (
    await bench.database.asTenant(bench.tenantId, (tx) =>
      listChanges(tx, bench.tenantId, id, { of, limit: 50 }),
    )
  ).items;

async function undone(id: string, contactsPerBatch = 500) {
  expect(await ask(id)).toBe(true);
  const undo = (await leaseUndo(bench.pipeline, "w"))!;
  let step: UndoStep = "again";
  while (step === "again") step = await undoBatch(bench.pipeline, "w", undo, contactsPerBatch);
  expect(step).toBe("completed");
  return summary(id);
}

const ANN = "+61491570006";
const BOB = "+61491570156";
const CY = "+61491570157";

describe("the undo of an import", () => {
  test("restores every contact byte for byte and removes those that it added", async () => {
    await imported(people("0491570006,Ann,Old,ann@example.com,2000,NSW,vip,38", "0491570156,Bob,,,,,,"), {
      tags: ["first"],
    });
    const before = await stored();
    const { id } = await imported(
      people(
        '0491570006,Anna,New,anna@example.com,6000,WA,"lapsed, vip",41',
        "0491570156,Bob,,,,,,",
        "0491570157,Cy,Third,,,,,",
      ),
      { consentBasis: "inferred", tags: ["second"] },
    );
    expect(await stored()).not.toEqual(before);
    expect(await undone(id, 1)).toMatchObject({
      ...{ status: "completed", restored: 2, removed: 1, kept: 0, consentsEnded: 3, done: 3, total: 3 },
      ...{ requestedBy: "Bea", reason: "The wrong list" },
    });
    expect(await stored()).toEqual(before);
  });

  test("ends the consents that came with it, with a note, and deletes none", async () => {
    const { id } = await imported(people("0491570006,Ann,,,,,,"));
    await undone(id);
    const records =
      await bench.pipeline`select basis, withdraws, evidence ->> 'note' as note from consents order by id`;
    expect(records).toMatchObject([
      { basis: "express", withdraws: null },
      { basis: "withdrawn", note: "The import of people.csv was undone: The wrong list" },
    ]);
  });

  test("leaves what somebody changed afterwards, and lists it", async () => {
    await imported(people("0491570006,Ann,Old,ann@example.com,,,vip,38"));
    const { id } = await imported(people("0491570006,Anna,New,anna@example.com,,,gone,41"));
    await bench.pipeline`
      update contacts set last_name = 'Byhand', tags = tags || '{mine}', custom = custom || '{"pet": "cat"}', updated_at = clock_timestamp()`;
    expect(await undone(id)).toMatchObject({ restored: 1, kept: 1 });
    expect(await bench.contact(ANN)).toMatchObject({
      ...{ first_name: "Ann", last_name: "Byhand", email: "ann@example.com" },
      ...{ tags: ["vip", "mine"], custom: { shoe_size: "38", pet: "cat" } },
    });
    expect(await changes(id, "kept")).toMatchObject([{ phone: ANN, kept: ["last_name"] }]);
    // Once that is as the import left it, it can be undone, too; then nothing is left to undo.
    await bench.pipeline`update contacts set last_name = 'New'`;
    expect(await undone(id)).toMatchObject({ kept: 0 });
    expect(await bench.contact(ANN)).toMatchObject({ first_name: "Ann", last_name: "Old" });
    expect(await ask(id)).toBe(false);
  });

  test("keeps a contact that was texted, wrote, or was changed, and ends its consent", async () => {
    const { id } = await imported(
      people("0491570006,Ann,,,,,,", "0491570156,Bob,,,,,,", "0491570157,Cy,,,,,,", "0491570158,Di,,,,,,"),
    );
    const [campaign] = await bench.pipeline<{ id: string }[]>`
      insert into campaigns (tenant_id, kind, name, body, status, audience)
      values (${bench.tenantId}, 'campaign', 'One', 'Hi', 'running', '{"kind": "all"}') returning id`;
    const ann = (await bench.contact(ANN))!;
    await bench.pipeline`
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164)
      values (${bench.tenantId}, ${campaign!.id}, ${ann.id}, ${ANN})`;
    await bench.pipeline`
      insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind)
      values (${bench.tenantId}, 'SM1', ${BOB}, '+61400000000', 'who is this', 'none')`;
    await bench.pipeline`update contacts set city = 'Perth', updated_at = clock_timestamp() where phone_e164 = ${CY}`;
    expect(await undone(id)).toMatchObject({ removed: 1, kept: 3, consentsEnded: 4 });
    const kept = await changes(id, "kept");
    expect(Object.fromEntries(kept.map((one) => [one.phone, one.kept]))).toEqual({
      ...{ [ANN]: ["texted"], [BOB]: ["replied"], [CY]: ["changed"] },
    });
    for (const phone of [ANN, BOB, CY])
      expect(await bench.contact(phone)).toMatchObject({
        consent_basis: "unknown",
        consent_summary: { given: [] },
      });
  });

  test("keeps a person whose reply arrives in the same moment", async () => {
    const { id } = await imported(people("0491570006,Ann,,,,,,", "0491570156,Bob,,,,,,"));
    await bench.owner.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person + ANN}, 0))`;
      expect(await undone(id)).toMatchObject({ removed: 1, kept: 1 });
    });
    expect(await changes(id, "kept")).toMatchObject([{ phone: ANN, kept: ["busy"] }]);
    expect(await undone(id)).toMatchObject({ removed: 2, kept: 0 });
  });

  test("of the older of two imports respects the newer, and follows its undo", async () => {
    await imported(people("0491570006,Ann,Old,,,,vip,"));
    const before = await stored();
    const older = await imported(people("0491570006,Anna,,,,,a,", "0491570156,Bob,,,,,,"));
    const between = await stored();
    const newer = await imported(people("0491570006,Anna,,,,,b,", "0491570156,Bob,,,,,,"));
    expect(await undone(older.id)).toMatchObject({ restored: 0, removed: 0, kept: 2 });
    expect(await bench.contact(ANN)).toMatchObject({ first_name: "Anna", tags: ["vip", "a", "b"] });
    expect((await changes(older.id, "kept")).map(({ kept }) => kept)).toEqual([
      ["newer-import"],
      ["newer-import"],
    ]);
    await undone(newer.id);
    // The older import's consent has ended: the undo of the newer one doesn't bring it back.
    expect(await bench.contact(BOB)).toMatchObject({ consent_basis: "unknown" });
    expect((await stored()).counters).toEqual(between.counters);
    expect(await undone(older.id)).toMatchObject({ kept: 0, restored: 1, removed: 1 });
    expect(await bench.contact(ANN)).toMatchObject({
      first_name: "Ann",
      tags: ["vip"],
      consent_basis: "express",
    });
    expect((await stored()).counters).toEqual(before.counters);
  });

  test("never takes a number off the do-not-contact list, also those of the file itself", async () => {
    await imported(people("0491570006,Ann,,,,,,"));
    const { id } = await bench.importText(
      "Mobile,Name,Opted out\n0491570006,Anna,yes\n0491570156,Bob,yes\n",
      {
        mapping: { phone: 0, first_name: 1, consent: [{ column: 2, kind: "opted_out" }] },
      },
    );
    const list = await listed();
    expect(list).toHaveLength(2);
    await undone(id);
    expect(await listed()).toEqual(list);
    expect(await bench.contact(ANN)).toMatchObject({ first_name: "Ann", consent_basis: "withdrawn" });
    expect(await bench.contact(BOB)).toBeUndefined();
    // Imported again, Bob has still withdrawn.
    await imported(people("0491570156,Bob,,,,,,"));
    expect(await bench.contact(BOB)).toMatchObject({ consent_basis: "withdrawn" });
  });
});

describe("safety", () => {
  test("a second click, and a second person, change nothing", async () => {
    const { id } = await imported(people("0491570006,Ann,,,,,,"));
    const asked = await Promise.all(Array.from({ length: 8 }, () => ask(id)));
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect(await leaseUndo(bench.pipeline, "one")).not.toBeNull();
    expect(await leaseUndo(bench.pipeline, "two")).toBeNull();
  });

  test("nobody who is claimed at the same time is removed", async () => {
    const { pipeline, tenantId } = bench;
    const { id } = await imported(
      people(...Array.from({ length: 1_000 }, (_, at) => `0401${String(at).padStart(6, "0")},A,,,,,,`)),
    );
    const [campaign] = await pipeline<{ id: string }[]>`
      insert into campaigns (tenant_id, kind, name, body, status, audience)
      values (${tenantId}, 'campaign', 'Race', 'Hi', 'running', '{"kind": "all"}') returning id`;
    const everybody = await pipeline<
      { id: string; phone: string }[]
    >`select id, phone_e164 as phone from contacts order by random()`;
    const claimed: string[] = [];
    // A launch writes the job, and a claim reads the contact once it has the tenant's budget.
    const launchAndClaim = async () => {
      for (let one = everybody.pop(); one && claimed.length < 300; one = everybody.pop()) {
        const { id: contactId, phone } = one;
        await pipeline`
          insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164) values (${tenantId}, ${campaign!.id}, ${contactId}, ${phone})`;
        const found = await pipeline.begin(async (tx) => {
          await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;
          return tx`
            select 1 from send_jobs j join contacts c on c.tenant_id = j.tenant_id and c.id = j.contact_id where j.contact_id = ${contactId}`;
        });
        if (found.length > 0) claimed.push(contactId);
      }
    };
    const [summary] = await Promise.all([undone(id), launchAndClaim(), launchAndClaim()]);
    const left = await pipeline`select 1 from contacts where id = any(${claimed}::uuid[])`;
    expect(claimed.length).toBeGreaterThan(0);
    expect(left).toHaveLength(claimed.length);
    expect(summary.removed + summary.kept).toBe(1_000);
  });

  test("another tenant can't undo it, and its contacts with the same numbers stay", async () => {
    const other = await bench.addTenant();
    const theirs = await bench.upload(people("0491570006,Theirs,,,,,,"), { mapping: MAPPING }, other);
    await bench.work();
    const { id } = await imported(people("0491570006,Ann,,,,,,"));
    expect(await ask(id, "Not mine", other)).toBe(false);
    expect(await ask(theirs)).toBe(false);
    await undone(id);
    expect(await bench.pipeline`select first_name from contacts`).toEqual([{ first_name: "Theirs" }]);
  });

  test.each([1, 2, 3, 5])(
    "a worker killed after batch %i leaves an undo that another one completes",
    async (n) => {
      const rows = ["0491570006,Ann,,,,,,", "0491570156,Bob,,,,,,", "0491570157,Cy,,,,,,"];
      await imported(people(...rows));
      const before = await stored();
      const { id } = await imported(
        people(...rows.map((row) => row.replace(",,", "x,Last,")), "0491570158,Di,,,,,,"),
      );
      await ask(id);
      const dead = (await leaseUndo(bench.pipeline, "dead"))!;
      for (let batch = 0; batch < n; batch++) await undoBatch(bench.pipeline, "dead", dead, 1);
      await bench.pipeline`update import_undos set lease_until = now() - interval '1 second' where status = 'running'`;
      const next = await leaseUndo(bench.pipeline, "next");
      if (n < 5) {
        expect(await undoBatch(bench.pipeline, "dead", dead, 1)).toBe("lost");
        let step: UndoStep = "again";
        while (step === "again") step = await undoBatch(bench.pipeline, "next", next!, 2);
      } else expect(next).toBeNull();
      expect(await summary(id)).toMatchObject({
        status: "completed",
        restored: 3,
        removed: 1,
        kept: 0,
        done: 4,
      });
      expect(await stored()).toEqual(before);
    },
  );

  test("an import of the tenant waits while one is undone, and the undo while one is imported", async () => {
    const { id } = await imported(people("0491570006,Ann,,,,,,"));
    await ask(id);
    const waiting = await bench.upload(people("0491570156,Bob,,,,,,"), { mapping: MAPPING });
    await leaseUndo(bench.pipeline, "w");
    expect(await leaseImport(bench.pipeline, "w")).toBeNull();
    await releaseUndo(bench.pipeline, id, "w");
    expect(await leaseImport(bench.pipeline, "w")).toMatchObject({ id: waiting });
    expect(await leaseUndo(bench.pipeline, "w")).toBeNull();
  });

  test("the loop undoes what is queued, and reports an error without people's values", async () => {
    const { id } = await imported(people("0491570006,Ann,,,,,,"));
    await ask(id);
    const lines: unknown[] = [];
    const log = { info: () => {}, error: (line: unknown) => void lines.push(line) };
    const options = { pipeline: bench.pipeline, workerId: "loop", log, stop: new AbortController().signal };
    await bench.owner.unsafe("alter table contacts add constraint planted check (false) not valid");
    await bench.pipeline`update contacts set first_name = 'x'`.catch(() => {});
    await bench.owner.unsafe(`create function planted() returns trigger language plpgsql as
      $$ begin raise exception 'secret %', old.phone_e164 using errcode = 'P0001'; end $$;
      create trigger planted before delete on contacts for each row execute function planted()`);
    await undoLoop(options as never).run();
    expect(await summary(id)).toMatchObject({ status: "failed", error: expect.stringMatching(/Undo again/) });
    expect(JSON.stringify(lines)).not.toContain("570006");
    await bench.owner.unsafe(
      "drop trigger planted on contacts; drop function planted(); alter table contacts drop constraint planted",
    );
    await ask(id);
    await undoLoop(options as never).run();
    expect(await summary(id)).toMatchObject({ status: "completed", removed: 1 });
  });
});

describe("the change log", () => {
  test("lists whom an import renamed, with both names", async () => {
    await imported(people("0491570006,Ann,Old,,,,,", "0491570156,Bob,,,,,,"));
    const { id, renamed } = await imported(people("0491570006,Anna,Old,,,,,", "0491570156,Bob,,,2000,NSW,,"));
    expect(renamed).toBe(1);
    expect(await changes(id, "renamed")).toMatchObject([
      { phone: ANN, before: { first_name: "Ann" }, after: { first_name: "Anna" } },
    ]);
    expect(await changes(id, "changed")).toMatchObject([{ phone: BOB, after: { postcode: "2000" } }]);
  });

  test("forgets an erased person, whom no undo brings back", async () => {
    await imported(people("0491570006,Ann,Old,,,,,"));
    const { id } = await imported(people("0491570006,Anna,New,,,,,"));
    const held = await bench.database.asTenant(bench.tenantId, (tx) =>
      readPersonData(tx, bench.tenantId, ANN),
    );
    expect(held.importChanges).toMatchObject([{}, { before: { first_name: "Ann" } }].slice(1));
    await erasePerson(bench.owner, { tenantId: bench.tenantId, phone: ANN, reason: "asked", by });
    expect(await bench.pipeline`select 1 from contact_changes`).toHaveLength(0);
    await undone(id);
    expect(await bench.pipeline`select 1 from contacts`).toHaveLength(0);
  });

  test("is swept after 30 days, and then the import can't be undone", async () => {
    const { id } = await imported(people("0491570156,Bob,,,,,,"));
    const fresh = await imported(people("0491570156,Rob,,,,,,"));
    expect(await sweepChanges(bench.pipeline)).toBeNull();
    await bench.pipeline`update imports set finished_at = now() - interval '31 days' where id = ${id}`;
    expect(await ask(id)).toBe(false);
    expect(await sweepChanges(bench.pipeline)).toBe(1);
    expect(await sweepChanges(bench.pipeline)).toBe(0);
    expect(await sweepChanges(bench.pipeline)).toBeNull();
    expect(await ask(fresh.id)).toBe(true);
  });
});

test("no order of imports, edits, opt-outs and undos lifts an opt-out, a refusal or an ended consent", async () => {
  const phones = [ANN, BOB, CY];
  const step = fc.oneof(
    fc.record({
      do: fc.constant("import" as const),
      who: fc.subarray([0, 1, 2], { minLength: 1 }),
      name: fc.constantFrom("A", "B"),
    }),
    fc.record({
      do: fc.constantFrom(
        "stop" as const,
        "refuse" as const,
        "withdraw" as const,
        "edit" as const,
        "list" as const,
      ),
      who: fc.constantFrom(0, 1, 2),
    }),
    fc.record({ do: fc.constant("undo" as const), nth: fc.nat(3) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      const { owner, pipeline, tenantId } = bench;
      for (const table of [
        "contacts",
        "do_not_contact",
        "contact_preferences",
        "contact_changes",
        "contact_additions",
        "import_undos",
        "imports",
      ])
        await owner.unsafe(`delete from ${table}`);
      await owner.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx`delete from consents`;
      });
      const ids: string[] = [];
      const out = new Set<string>();
      const refused = new Set<string>();
      const withdrawnAt = new Map<string, string>();
      for (const one of steps) {
        if (one.do === "import") {
          const rows = one.who.map((at) => `${phones[at]},${one.name},,,,,t${one.name},`);
          ids.push((await imported(people(...rows))).id);
        } else if (one.do === "undo") {
          const id = ids[one.nth % Math.max(ids.length, 1)];
          if (id && (await ask(id))) {
            const undo = (await leaseUndo(pipeline, "w"))!;
            while ((await undoBatch(pipeline, "w", undo, 2)) === "again");
          }
        } else {
          const phone = phones[one.who]!;
          if (one.do === "edit")
            await pipeline`update contacts set first_name = 'Hand', updated_at = clock_timestamp() where phone_e164 = ${phone}`;
          if (one.do === "list")
            await pipeline`insert into do_not_contact (tenant_id, phone_e164) values (${tenantId}, ${phone}) on conflict do nothing`;
          if (one.do === "refuse") {
            await pipeline`
              insert into contact_preferences (tenant_id, phone_e164, subject, source) values (${tenantId}, ${phone}, 'marketing', 'operator')
              on conflict do nothing`;
            refused.add(phone);
          }
          if (one.do === "withdraw") {
            const [consent] = await pipeline<{ id: string }[]>`
              select e.id from consents e join contacts c on c.phone_e164 = e.phone_e164
              where e.phone_e164 = ${phone} and c.consent_summary -> 'given' @> jsonb_build_array(consent_entry(e)) order by e.id desc limit 1`;
            const note = { consentId: consent?.id ?? "", note: "Asked on the phone", recordedBy: by };
            if (
              consent &&
              (await bench.database.asTenant(tenantId, (tx) => withdrawConsent(tx, tenantId, phone, note)))
            ) {
              const [last] = await pipeline<
                { id: string }[]
              >`select id from consents where phone_e164 = ${phone} order by id desc limit 1`;
              withdrawnAt.set(phone, last!.id);
            }
          }
          if (one.do === "stop") {
            await pipeline.begin((tx) =>
              recordOptOuts(tx, {
                source: "link",
                people: [{ tenantId, phoneE164: phone, note: "link", evidence: {} }],
              }),
            );
            out.add(phone);
          }
          if (one.do === "list" || one.do === "stop") out.add(phone);
        }
        const now = await pipeline<
          { phone: string; basis: string; refused: string[]; onList: boolean; ended: number }[]
        >`
          select p.phone, c.consent_basis as basis, c.consent_summary -> 'refused' as refused, d.phone_e164 is not null as "onList",
            (select count(*)::int from consents e where e.phone_e164 = p.phone and e.basis = 'express'
              and c.consent_summary -> 'given' @> jsonb_build_array(consent_entry(e))
              and (e.id < p.withdrawn or exists (select 1 from consents w where w.withdraws = e.id))
              and c.consent_basis not in ('unknown', 'withdrawn')) as ended
          from unnest(${phones}::text[], ${phones.map((phone) => withdrawnAt.get(phone) ?? null)}::uuid[]) as p (phone, withdrawn)
          left join contacts c on c.phone_e164 = p.phone left join do_not_contact d on d.phone_e164 = p.phone`;
        for (const person of now) {
          if (out.has(person.phone)) expect(person.onList).toBe(true);
          if (person.basis !== null && refused.has(person.phone))
            expect(person.refused).toEqual(["marketing"]);
          expect(person.ended).toBe(0);
        }
      }
      const withdrawn = await pipeline<{ phone: string }[]>`
        select c.phone_e164 as phone from contacts c where c.consent_basis <> 'withdrawn' and exists (
          select 1 from consents s where s.phone_e164 = c.phone_e164 and s.basis = 'withdrawn' and s.withdraws is null)`;
      expect(withdrawn).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 240_000);
