import { createHash } from "node:crypto";
import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { findBulk, insertBulk } from "@smscrm/db/changes/bulk/actions";
import { type BulkStep, bulkBatch } from "@smscrm/db/changes/bulk/batches";
import { leaseBulk } from "@smscrm/db/changes/bulk/runs";
import { type BulkChoice, previewBulk } from "@smscrm/db/changes/bulk/targets";
import { type UndoStep, undoBatch } from "@smscrm/db/changes/undo-batches";
import { leaseUndo, queueUndo } from "@smscrm/db/changes/undo-runs";
import { type ImportFixture, openImportFixture } from "./import-fixture.ts";

export const EVERYONE: BulkChoice = { kind: "filter" };

/** The fixture of imports, with a member and the single steps of bulk actions and their undo. */
export async function openBulkFixture() {
  const bench: ImportFixture = await openImportFixture();
  const { pipeline, owner, database, tenantId } = bench;
  const [member] = await pipeline<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Bea', 'bea@example.com', 'x') returning id`;
  const by = member!.id;
  await owner`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${by}, 'admin')`;

  const start = (change: BulkChange, choice: BulkChoice = EVERYONE, tenant = tenantId) =>
    database.asTenant(tenant, (tx) =>
      insertBulk(tx, tenant, {
        ...{ change, choice, target: { kind: "ticked" }, reason: "As asked", requestedBy: by },
      }),
    );
  const preview = (change: BulkChange, choice: BulkChoice = EVERYONE, tenant = tenantId) =>
    database.asTenant(tenant, (tx) => previewBulk(tx, tenant, { change, choice }));
  const result = async (id: string, tenant = tenantId) =>
    (await database.asTenant(tenant, (tx) => findBulk(tx, tenant, id)))!;

  /** Does the oldest bulk action to its end. */
  async function work() {
    const bulk = (await leaseBulk(pipeline, "w"))!;
    let step: BulkStep = "again";
    while (step === "again") step = await bulkBatch(pipeline, "w", bulk);
    return step;
  }
  async function done(change: BulkChange, choice: BulkChoice = EVERYONE) {
    const { id } = await start(change, choice);
    await work();
    return result(id);
  }
  const askUndo = (id: string, tenant = tenantId) =>
    database.asTenant(tenant, (tx) => queueUndo(tx, tenant, id, { reason: "A mistake", requestedBy: by }));
  async function workUndo(contactsPerBatch = 500) {
    const undo = (await leaseUndo(pipeline, "w"))!;
    let step: UndoStep = "again";
    while (step === "again") step = await undoBatch(pipeline, "w", undo, contactsPerBatch);
    return step;
  }
  async function undone(id: string) {
    if (!(await askUndo(id))) throw new Error("the undo was refused");
    await workUndo();
    const { undo, undoStatus } = await result(id);
    return { ...undo!, status: undoStatus };
  }

  /** A hash of all columns of all contacts and of the do-not-contact list, and the counters that follow from them. */
  async function digest() {
    const hash = (text: string) => createHash("sha256").update(text).digest("hex");
    const [contacts] = await owner<{ text: string }[]>`
      select coalesce(string_agg(c::text, E'\n' order by id), '') as text from contacts c`;
    const [list] = await owner<{ text: string }[]>`
      select coalesce(string_agg(d::text, E'\n' order by phone_e164), '') as text from do_not_contact d`;
    const counters = await owner`
      select tag, sum(contacts)::int as contacts from contact_counters group by tag having sum(contacts) <> 0 order by tag`;
    const parts = await owner`select kind, part from contact_search_parts order by kind, part`;
    return {
      contacts: hash(contacts!.text),
      list: hash(list!.text),
      counters: [...counters],
      parts: [...parts],
    };
  }

  async function clear() {
    await owner.begin(async (tx) => {
      for (const table of ["contacts", "do_not_contact", "imports", "contact_changes", "contact_additions"])
        await tx.unsafe(`delete from ${table}`);
      for (const table of [
        "import_undos",
        "bulk_targets",
        "bulk_actions",
        "send_jobs",
        "inbound_messages",
        "contact_preferences",
      ])
        await tx.unsafe(`delete from ${table}`);
      await tx`set local session_replication_role = replica`;
      await tx`delete from consents`;
      await tx`delete from erasures`;
    });
  }

  return {
    ...bench,
    ...{
      by,
      start,
      preview,
      resultOf: result,
      workBulk: work,
      done,
      askUndo,
      workUndo,
      undone,
      digest,
      clear,
    },
  };
}
