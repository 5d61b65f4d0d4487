import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { cancelBulk, listKept } from "@smscrm/db/changes/bulk/actions";
import { bulkBatch } from "@smscrm/db/changes/bulk/batches";
import { leaseBulk, releaseBulk } from "@smscrm/db/changes/bulk/runs";
import { sweepChanges } from "@smscrm/db/changes/change-log";
import { addDoNotContact } from "@smscrm/db/contacts/do-not-contact";
import { recordOptOuts } from "@smscrm/db/contacts/opt-outs";
import { refuseSubjects } from "@smscrm/db/contacts/preferences";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { readNumber, readPersonData } from "@smscrm/db/privacy/person-data";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EVERYONE, openBulkFixture } from "../testing/bulk-fixture.ts";

let bench: Awaited<ReturnType<typeof openBulkFixture>>;
beforeAll(async () => {
  bench = await openBulkFixture();
});
afterAll(() => bench.close());
beforeEach(() => bench.clear());

const ANN = "+61491570006";
const BOB = "+61491570156";
const CY = "+61491570157";
const HEADER = "Mobile,First name,Last name,State,Post code,Tags,Size";
const MAPPING = {
  phone: 0,
  first_name: 1,
  last_name: 2,
  state: 3,
  postcode: 4,
  tags: 5,
  custom: { Size: 6 },
};
const add = (...rows: string[]) => bench.importText([HEADER, ...rows].join("\n"), { mapping: MAPPING });
const three = () =>
  add("0491570006,Ann,One,NSW,2000,vip,38", '0491570156,Bob,Two,,,"a, vip",', "0491570157,Cy,Three,,,,");

const stop = (phone: string) =>
  bench.pipeline.begin((tx) =>
    recordOptOuts(tx, {
      ...{
        source: "reply",
        people: [{ tenantId: bench.tenantId, phoneE164: phone, note: "STOP", evidence: {} }],
      },
    }),
  );
const listed = async (phone: string) =>
  (await bench.pipeline`select source, note from do_not_contact where phone_e164 = ${phone}`)[0];
const byHand = (phone: string, note: string) =>
  bench.database.asTenant(bench.tenantId, (tx) =>
    addDoNotContact(tx, bench.tenantId, { phoneE164: phone, note, createdBy: bench.by }),
  );
const keptOf = async (id: string) =>
  (await bench.database.asTenant(bench.tenantId, (tx) => listKept(tx, bench.tenantId, id, { limit: 50 })))
    .items;
const ticked = async (...phones: string[]) => {
  const rows = await bench.pipeline<
    { id: string }[]
  >`select id from contacts where phone_e164 = any(${phones}::text[])`;
  return { kind: "ticked" as const, ids: rows.map(({ id }) => id) };
};

const CHANGES: BulkChange[] = [
  { do: "add-tag", tag: "new" },
  { do: "add-tag", tag: "vip" },
  { do: "remove-tag", tag: "vip" },
  { do: "set-field", name: "size", value: "41" },
  { do: "set-field", name: "size", value: null },
  { do: "set-detail", detail: "state", value: "WA" },
  { do: "set-detail", detail: "city", value: null },
  { do: "set-detail", detail: "address_country", value: "NZ" },
  { do: "set-zone", timezone: "Australia/Perth" },
  { do: "set-zone", timezone: null },
  { do: "list" },
  { do: "unlist" },
  { do: "delete" },
];

describe("a bulk action", () => {
  test.each(CHANGES)(
    "$do does what its preview counted, and its undo restores byte for byte",
    async (change) => {
      await three();
      await byHand(ANN, "Called us");
      await stop(BOB);
      await bench.pipeline`update contacts set timezone = 'Australia/Sydney', timezone_source = 'stated' where phone_e164 = ${CY}`;
      const before = await bench.digest();
      const seen = await bench.preview(change);
      const { id, ...action } = await bench.done(change);
      const { changed, unchanged, keptOptedOut, contacts: total } = seen;
      expect(action).toMatchObject({
        status: "completed",
        total,
        done: total,
        changed,
        unchanged,
        keptOptedOut,
      });
      if (changed === 0) return expect(await bench.digest()).toEqual(before);
      expect(await bench.digest()).not.toEqual(before);
      expect(await bench.undone(id)).toMatchObject({ status: "completed", restored: changed, kept: 0 });
      expect(await bench.digest()).toEqual(before);
      expect(await bench.askUndo(id)).toBe(false);
      const audit = await bench.pipeline`select action from audit_log where object_id = ${id} order by seq`;
      expect(audit.map((entry) => entry.action)).toEqual(["bulk.done", "bulk.undone"]);
    },
  );

  test("is for the contacts that were chosen when it started", async () => {
    await three();
    const { id } = await bench.start({ do: "remove-tag", tag: "vip" }, { kind: "tags", tags: ["vip"] });
    await add("0491570158,Di,Four,,,vip,");
    await bench.workBulk();
    expect(await bench.resultOf(id)).toMatchObject({ total: 2, changed: 2 });
    expect(await bench.contact("+61491570158")).toMatchObject({ tags: ["vip"] });
  });

  test("finds what a search of the contacts page finds", async () => {
    await three();
    const counts = ["ann", "one", "0491570156", "nobody"].map((search) =>
      bench.preview({ do: "delete" }, { kind: "filter", search }),
    );
    expect((await Promise.all(counts)).map(({ contacts }) => contacts)).toEqual([1, 1, 1, 0]);
  });

  test("continues after its worker died, and ends at once when it is canceled", async () => {
    await three();
    await bench.pipeline`update contacts set tags = '{}'`;
    const { id } = await bench.start({ do: "add-tag", tag: "new" });
    const [row] = await bench.owner<
      { ids: string[] }[]
    >`delete from bulk_targets returning contact_ids as ids`;
    for (const one of row!.ids)
      await bench.owner`insert into bulk_targets (tenant_id, action_id, contact_ids) values (${bench.tenantId}, ${id}, ${[one]}::uuid[])`;
    const first = (await leaseBulk(bench.pipeline, "killed"))!;
    expect(await bulkBatch(bench.pipeline, "killed", first)).toBe("again");
    expect(await leaseBulk(bench.pipeline, "w")).toBeNull();
    await bench.owner`update bulk_actions set lease_until = now() - interval '1 second'`;
    const second = (await leaseBulk(bench.pipeline, "w"))!;
    expect(await bulkBatch(bench.pipeline, "killed", first)).toBe("lost");
    expect(await bulkBatch(bench.pipeline, "w", second)).toBe("again");
    expect(await bench.resultOf(id)).toMatchObject({ status: "running", done: 2, changed: 2 });
    await bench.database.asTenant(bench.tenantId, (tx) => cancelBulk(tx, bench.tenantId, id));
    expect(await bulkBatch(bench.pipeline, "w", second)).toBe("lost");
    expect(await bench.undone(id)).toMatchObject({ restored: 2, kept: 0 });
    expect(await bench.pipeline`select 1 from contacts where tags <> '{}'`).toHaveLength(0);
  });

  test("has its turn among imports and other actions of its tenant, and no other tenant sees it", async () => {
    await three();
    const other = await bench.addTenant();
    const mine = await bench.start({ do: "add-tag", tag: "x" });
    await bench.start({ do: "add-tag", tag: "y" });
    const running = (await leaseBulk(bench.pipeline, "w"))!;
    expect(running.id).toBe(mine.id);
    expect(await leaseBulk(bench.pipeline, "other")).toBeNull();
    expect(await bench.askUndo(mine.id, other)).toBe(false);
    expect(await bench.database.asTenant(other, (tx) => cancelBulk(tx, other, mine.id))).toBe(false);
    const theirs = await bench.start({ do: "delete" }, await ticked(ANN), other);
    expect(theirs.contacts).toBe(0);
    await releaseBulk(bench.pipeline, running.id, "w");
  });

  test("that was undone leaves what somebody changed since, and names it", async () => {
    await three();
    const { id } = await bench.done({ do: "set-field", name: "size", value: "41" });
    const tagged = await bench.done({ do: "add-tag", tag: "mine" });
    await bench.pipeline`
      update contacts set custom = custom || '{"size": "44"}', updated_at = clock_timestamp() where phone_e164 = ${ANN}`;
    expect(await bench.undone(id)).toMatchObject({ restored: 2, kept: 1 });
    expect(await keptOf(id)).toMatchObject([{ phone: ANN, firstName: "Ann", kept: ["custom.size"] }]);
    expect(await bench.contact(ANN)).toMatchObject({ custom: { size: "44" }, tags: ["vip", "mine"] });
    expect(await bench.contact(BOB)).toMatchObject({ custom: {}, tags: ["a", "vip", "mine"] });
    expect(await bench.undone(tagged.id)).toMatchObject({ restored: 3, kept: 0 });
  });
});

describe("the do-not-contact list", () => {
  test("keeps who opted out themselves, also where a member listed the same number since", async () => {
    await three();
    await stop(ANN);
    await byHand(ANN, "Wrote a letter, too");
    expect(await listed(ANN)).toMatchObject({ source: "operator" });
    await byHand(BOB, "Called us");
    const { changed, keptOptedOut } = await bench.done({ do: "unlist" });
    expect({ changed, keptOptedOut }).toEqual({ changed: 1, keptOptedOut: 1 });
    expect(await listed(ANN)).toBeDefined();
    expect(await listed(BOB)).toBeUndefined();
  });

  test("keeps a person who texted STOP after the action that is undone", async () => {
    await three();
    const { id } = await bench.done({ do: "list" });
    await stop(ANN);
    expect(await bench.undone(id)).toMatchObject({ restored: 2, kept: 1 });
    expect(await keptOf(id)).toMatchObject([{ phone: ANN, kept: ["opted-out"] }]);
    expect(await listed(ANN)).toMatchObject({ source: "operator" });
    expect(await bench.undone(id)).toMatchObject({ restored: 2, kept: 1 });
  });

  test("keeps a number that a second action or member listed, too, until that is undone", async () => {
    await three();
    const before = await bench.digest();
    const first = await bench.done({ do: "list" });
    const second = await bench.done({ do: "list" }, await ticked(ANN));
    await byHand(BOB, "By hand");
    expect(await bench.undone(first.id)).toMatchObject({ restored: 1, kept: 2 });
    expect((await listed(ANN))?.note).toBe("As asked · As asked");
    expect((await listed(BOB))?.note).toBe("By hand · As asked");
    expect(await bench.undone(second.id)).toMatchObject({ restored: 1 });
    expect(await bench.undone(first.id)).toMatchObject({ restored: 2, kept: 1 });
    expect(await listed(ANN)).toBeUndefined();
    expect((await bench.digest()).contacts).toBe(before.contacts);
  });
});

describe("a deleted contact", () => {
  const campaign = async () =>
    (
      await bench.pipeline<{ id: string }[]>`
        insert into campaigns (tenant_id, kind, name, body, status, audience)
        values (${bench.tenantId}, 'campaign', 'One', 'Hi', 'running', '{"kind": "all"}') returning id`
    )[0]!.id;
  const queue = async (contactId: string, phone: string) =>
    bench.pipeline`
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164)
      values (${bench.tenantId}, ${await campaign()}, ${contactId}, ${phone})`;
  const jobs = async () =>
    (await bench.pipeline<{ status: string }[]>`select status from send_jobs order by id`).map(
      ({ status }) => status,
    );

  test("has nothing queued, and gets nothing by coming back", async () => {
    await three();
    const { id: contactId } = (await bench.contact(ANN))!;
    await queue(contactId, ANN);
    expect(await bench.preview({ do: "delete" })).toMatchObject({ contacts: 3, queuedMessages: 1 });
    const { id, messagesCanceled } = await bench.done({ do: "delete" });
    expect(messagesCanceled).toBe(1);
    expect(await jobs()).toEqual(["canceled"]);
    // A launch that had read the contact before.
    await queue(contactId, ANN);
    expect(await bench.undone(id)).toMatchObject({ restored: 3, kept: 0 });
    expect(await jobs()).toEqual(["canceled", "canceled"]);
    expect(await bench.contact(ANN)).toMatchObject({ id: contactId, first_name: "Ann", tags: ["vip"] });
  });

  test("comes back as opted out as the person is", async () => {
    await three();
    const refuse = (phone: string) =>
      bench.database.asTenant(bench.tenantId, (tx) =>
        refuseSubjects(tx, bench.tenantId, phone, ["marketing"], {
          ...{ source: "operator", note: "Called", recordedBy: bench.by },
        }),
      );
    await refuse(CY);
    const cy = await bench.contact(CY);
    const { id } = await bench.done({ do: "delete" });
    await stop(ANN);
    await refuse(BOB);
    expect(await bench.undone(id)).toMatchObject({ restored: 3 });
    expect(await bench.contact(ANN)).toMatchObject({ consent_basis: "withdrawn", consent_expires_at: null });
    expect((await bench.contact(BOB))!.consent_summary).toMatchObject({ refused: ["marketing"] });
    expect(await bench.contact(CY)).toEqual(cy);
    expect(await listed(ANN)).toMatchObject({ source: "reply" });
  });

  test("does not come back beside one that was added again, nor after an erasure", async () => {
    await three();
    const { id } = await bench.done({ do: "delete" });
    const person = (phone: string) =>
      bench.database.asTenant(bench.tenantId, (tx) => readPersonData(tx, bench.tenantId, phone));
    expect((await person(BOB)).bulkChanges).toMatchObject([{ before: { first_name: "Bob" } }]);
    const known = await bench.database.asTenant(bench.tenantId, (tx) => readNumber(tx, bench.tenantId, BOB));
    expect(known.isHeld).toBe(true);
    await add("0491570006,Anna,New,,,,");
    await erasePerson(bench.owner, { tenantId: bench.tenantId, phone: BOB, reason: "Asked", by: bench.by });
    expect(await bench.undone(id)).toMatchObject({ restored: 1, kept: 1 });
    expect(await keptOf(id)).toMatchObject([{ phone: ANN, firstName: "Anna", kept: ["added-again"] }]);
    expect(await bench.contact(BOB)).toBeUndefined();
    const left =
      await bench.owner`select 1 from contact_changes where phone_e164 = ${BOB} or before::text like '%Bob%'`;
    expect(left).toHaveLength(0);
  });
});

test("what contacts were before is kept for 30 days", async () => {
  await three();
  const { id } = await bench.done({ do: "add-tag", tag: "new" }, EVERYONE);
  await bench.owner`update imports set is_logged = false`;
  expect(await sweepChanges(bench.pipeline)).toBeNull();
  await bench.owner`update bulk_actions set finished_at = now() - interval '31 days'`;
  expect(await bench.askUndo(id)).toBe(false);
  expect(await sweepChanges(bench.pipeline)).toBe(3);
  expect(await sweepChanges(bench.pipeline)).toBe(0);
  expect(await sweepChanges(bench.pipeline)).toBeNull();
  expect(await bench.resultOf(id)).toMatchObject({ undoableUntil: null });
});
