import { type BulkChange, isColumnChange } from "@smscrm/core/changes/bulk-change";
import { bulkWords } from "@smscrm/core/changes/bulk-words";
import { readValue } from "@smscrm/core/fields/value";
import { type Action, may } from "@smscrm/core/process/roles";
import { findAudience } from "@smscrm/db/audiences/saved";
import { recordAudit } from "@smscrm/db/audit/audit";
import * as db from "@smscrm/db/changes/bulk/actions";
import { type BulkChoice, type BulkPreview, previewBulk } from "@smscrm/db/changes/bulk/targets";
import { queueUndo } from "@smscrm/db/changes/undo-runs";
import { listFields } from "@smscrm/db/contacts/fields";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import type { BulkTarget } from "@smscrm/db/schema";
import { z } from "zod";
import { byId, id, note, page } from "../http/inputs.ts";
import { badRequest, conflict, forbidden, found } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { seesMasked } from "../users/roles/masked-numbers.ts";
import type { Session } from "../users/session.ts";
import { mustBeProven } from "../users/session-guard.ts";
import { bulkInput, bulkOrder, countryValue, DETAIL_LENGTHS_MAX } from "./bulk-input.ts";
import { storedField } from "./change-contact.ts";

interface Asking {
  tenantId: string;
  session: Session;
}

/** More contacts than these are deleted after a fresh proof only. */
const DELETED_UNPROVEN_MAX = 100;

/** Changes of many contacts at once: previewed, done in the background, and undone within 30 days. */
export const bulk = router({
  /** Counts what an action would do. Nothing is changed; a mutation, because a list of ids is too long for an address. */
  preview: allowed("contacts.write")
    .input(bulkInput)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(
        async (tx): Promise<BulkPreview> => previewBulk(tx, ctx.tenantId, await whole(tx, ctx, input)),
      ),
    ),

  /** Starts an action for the contacts that the preview counted. Answers at once; `get` has the progress. */
  start: allowed("contacts.write")
    .input(bulkOrder)
    .mutation(({ ctx, input: { contacts, note: reason = null, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const { tenantId, session } = ctx;
        const { change, choice } = await whole(tx, ctx, input);
        mustBeAllowed(session, NEEDED[change.do].start, contacts);
        if (!isColumnChange(change) && reason === null) throw badRequest("Give a reason. It is recorded.");
        if (contacts > db.BULK_CONTACTS_MAX)
          throw badRequest(`Choose at most ${db.BULK_CONTACTS_MAX.toLocaleString("en")} contacts at once.`);
        if ((await db.countOpenBulk(tx, tenantId)) >= db.BULK_OPEN_MAX)
          throw conflict(
            `${db.BULK_OPEN_MAX} bulk actions are waiting. Start this one when some of them are done.`,
          );
        const target = await targetOf(tx, tenantId, choice);
        const order = { change, choice, target, reason, requestedBy: session.userId };
        const made = await db.insertBulk(tx, tenantId, order);
        if (made.contacts !== contacts) throw conflict(otherCount(made.contacts));
        const detail = {
          what: bulkWords(change),
          contacts,
          ...(reason === null ? {} : { reason }),
          who: target,
        };
        await recordAudit(tx, audit(ctx, "bulk.start", made.id, detail));
        return { id: made.id };
      }),
    ),

  list: allowed("contacts.read")
    .input(page)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        const { items, ...rest } = await db.listBulk(tx, ctx.tenantId, input);
        const view = await viewOf(tx, ctx.tenantId);
        return { ...rest, items: items.map(view) };
      }),
    ),

  get: allowed("contacts.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        const action = found(await db.findBulk(tx, ctx.tenantId, input.id), "bulk action");
        return (await viewOf(tx, ctx.tenantId))(action);
      }),
    ),

  /** Lists the contacts that the undo of an action left as they are, and why. */
  kept: allowed("contacts.read")
    .input(page.extend({ id }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        found(await db.findBulk(tx, ctx.tenantId, input.id), "bulk action");
        return db.listKept(tx, ctx.tenantId, input.id, input);
      }),
    ),

  /** Stops an action that has not ended. What it did stays, and can be undone. */
  cancel: allowed("contacts.write")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const { change } = found(await db.findBulk(tx, ctx.tenantId, input.id), "bulk action");
        if (!(await db.cancelBulk(tx, ctx.tenantId, input.id)))
          throw conflict("This action has ended already. You can undo it.");
        await recordAudit(tx, audit(ctx, "bulk.cancel", input.id, { what: bulkWords(change) }));
        return { id: input.id };
      }),
    ),

  /**
   * Undoes an action in the background, within 30 days of its end. What somebody changed since stays and is listed; an
   * opt-out is never lifted, and an erased person does not come back.
   */
  undo: allowed("contacts.write")
    .input(z.strictObject({ id, note }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const action = found(await db.findBulk(tx, ctx.tenantId, input.id), "bulk action");
        mustBeAllowed(ctx.session, NEEDED[action.change.do].undo, 0);
        const order = { reason: input.note, requestedBy: ctx.session.userId };
        if (!(await queueUndo(tx, ctx.tenantId, input.id, order))) throw conflict(whyNoUndo(action));
        const detail = { what: bulkWords(action.change), reason: input.note };
        await recordAudit(tx, audit(ctx, "bulk.undo", input.id, detail));
        return { id: input.id };
      }),
    ),
});

/** What a member must be allowed to do, beside changing contacts. Taking off the list is what putting on it undoes. */
const NEEDED: Readonly<Record<BulkChange["do"], { start: Action | null; undo: Action | null }>> = {
  ...{ "add-tag": { start: null, undo: null }, "remove-tag": { start: null, undo: null } },
  ...{ "set-field": { start: null, undo: null }, "set-detail": { start: null, undo: null } },
  "set-zone": { start: null, undo: null },
  list: { start: "doNotContact.add", undo: "doNotContact.remove" },
  unlist: { start: "doNotContact.remove", undo: "doNotContact.add" },
  delete: { start: "contacts.delete", undo: "contacts.delete" },
};

function mustBeAllowed(session: Session, action: Action | null, contacts: number): void {
  if (action !== null && !may(session, action))
    throw forbidden("Your role can't do this to contacts. Ask an admin of your organisation.");
  if (action === "doNotContact.remove") mustBeProven(session);
  if (action === "contacts.delete" && contacts > DELETED_UNPROVEN_MAX) mustBeProven(session);
}

const otherCount = (contacts: number) =>
  contacts === 0
    ? "No contact matches any more. Close this and look at the list again."
    : `${contacts.toLocaleString("en")} contacts match now, other than the preview said. Look at the new preview, then start.`;

function whyNoUndo({ status, undoStatus, changed, undo }: db.BulkRow): string {
  if (undoStatus === "queued" || undoStatus === "running") return "Somebody is undoing this action already.";
  if (status === "queued" || status === "running")
    return "This action has not ended. Cancel it, then undo it.";
  if (changed === 0) return "This action changed nothing, so there is nothing to undo.";
  if (undoStatus === "completed" && undo?.kept === 0) return "This action was undone already.";
  return "This action can't be undone: what contacts were before is kept for 30 days.";
}

interface Input {
  change: BulkChange;
  choice: BulkChoice;
}

/** Returns an input with values in the form in which they are stored, or refuses what can't be one. */
async function whole(tx: TenantTransaction, ctx: Asking, { change, choice }: Input): Promise<Input> {
  return { change: await readChange(tx, ctx, change), choice: await readChoice(tx, ctx, choice) };
}

async function readChange(tx: TenantTransaction, ctx: Asking, change: BulkChange): Promise<BulkChange> {
  if (change.do === "set-detail" && change.value !== null) {
    const { detail, value } = change;
    if (value.length > DETAIL_LENGTHS_MAX[detail])
      throw badRequest(`Use at most ${DETAIL_LENGTHS_MAX[detail]} characters.`);
    if (detail === "address_country" && !countryValue.safeParse(value).success)
      throw badRequest("Use the two capital letters of the country, such as AU.");
  }
  if (change.do !== "set-field") return change;
  const field = (await listFields(tx, ctx.tenantId)).find(({ name }) => name === change.name);
  if (!field) throw badRequest("There is no such field. Choose another.");
  const reading = readValue(field, change.value ?? "", ctx.session.tenant.country);
  if (!reading.ok) throw badRequest(`${field.label}: ${reading.problem}`);
  return { ...change, value: reading.value };
}

/** Conditions could be tried until they give a number away, so members who see numbers masked can't filter by fields. */
async function readChoice(tx: TenantTransaction, ctx: Asking, choice: BulkChoice): Promise<BulkChoice> {
  if (choice.kind === "ticked") return { kind: "ticked", ids: [...new Set(choice.ids)] };
  if (choice.kind !== "filter" || !choice.field) return choice;
  if (seesMasked(ctx.session))
    throw forbidden("You see numbers masked, so you can't filter by custom fields.");
  return { ...choice, field: await storedField(tx, ctx, choice.field) };
}

/** Returns whom an action is for as it is kept: without the words of a search, and a field's value. */
async function targetOf(tx: TenantTransaction, tenantId: string, choice: BulkChoice): Promise<BulkTarget> {
  if (choice.kind === "ticked") return { kind: "ticked" };
  if (choice.kind === "tags") return choice;
  if (choice.kind === "saved") {
    const { name } = found(await findAudience(tx, tenantId, choice.audienceId), "audience");
    return { ...choice, name };
  }
  const { tag, optedOut, field, search } = choice;
  return {
    ...{ kind: "filter", isSearch: search !== undefined },
    ...(tag === undefined ? {} : { tag }),
    ...(optedOut === undefined ? {} : { optedOut }),
    ...(field ? { field: field.name } : {}),
  };
}

/** Returns what turns a row into the answer: with the action in words. */
async function viewOf(tx: TenantTransaction, tenantId: string) {
  const fields = await listFields(tx, tenantId);
  const label = (name: string) => fields.find((field) => field.name === name)?.label ?? name;
  return (action: db.BulkRow) => ({ ...action, what: bulkWords(action.change, label) });
}

const audit = (
  { tenantId, session }: Asking,
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
) => ({
  ...{ tenantId, actorId: session.userId },
  ...{ action, objectKind: "bulk-action", objectId, detail },
});
