import { flowDefinition } from "@smscrm/core/flows/definition";
import { dayResetsAt } from "@smscrm/core/time/budget-period";
import { isValidZone } from "@smscrm/core/time/time-zone";
import { recordAudit } from "@smscrm/db/audit/audit";
import { findContact } from "@smscrm/db/contacts/contacts";
import { reportEvent } from "@smscrm/db/flows/entries";
import * as db from "@smscrm/db/flows/flows";
import { type FlowPersonRow, flowsOfContact, listFlowPeople } from "@smscrm/db/flows/people";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { readSettings } from "@smscrm/db/tenants/settings";
import { z } from "zod";
import { byId, id, moment } from "../http/inputs.ts";
import { badRequest, conflict, found, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { checkFlow, mustBeAllowed } from "./checks.ts";
import { type FlowForecast, forecastFlow } from "./simulate.ts";

const draft = {
  name: z
    .string()
    .trim()
    .min(1, "Give the flow a name.")
    .max(80, "Use at most 80 characters for the name.")
    .regex(/^\P{Cc}+$/u, "Use one line of text for the name."),
  definition: flowDefinition,
};

/** A flow with its versions, and what keeps the draft from going live. */
export interface FlowPage extends db.FlowRow {
  faults: string[];
  versions: db.FlowVersion[];
}

/** Flows: people enter by a keyword, a tag, a date, an event or an audience, and go through the steps once. */
export const flows = router({
  list: allowed("campaigns.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ flows: await db.listFlows(tx, ctx.tenantId) })),
  ),

  get: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<FlowPage> => {
        const flow = found(await db.findFlow(tx, ctx.tenantId, input.id), "flow");
        const { faults } = await checkFlow(tx, ctx.tenantId, flow.id, flow.draft);
        return { ...flow, faults, versions: await db.listFlowVersions(tx, ctx.tenantId, input.id) };
      }),
    ),

  /** Who is or was in a flow, the newest first, why, and where they stand. */
  people: allowed("campaigns.read")
    .input(
      z.strictObject({
        id,
        before: z.strictObject({ enteredAt: moment, phone: z.string().max(40) }).nullish(),
      }),
    )
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        found(await db.findFlow(tx, ctx.tenantId, input.id), "flow");
        const before = input.before && { ...input.before, enteredAt: input.before.enteredAt.toISOString() };
        return { people: await listFlowPeople(tx, ctx.tenantId, input.id, before ?? null) };
      }),
    ),

  /** The flows that a contact is or was in, and why. */
  ofContact: allowed("contacts.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(
        async (tx): Promise<{ flows: FlowPersonRow[] }> => ({
          flows: await flowsOfContact(tx, ctx.tenantId, input.id),
        }),
      ),
    ),

  create: allowed("campaigns.write")
    .input(z.strictObject(draft))
    .mutation(({ ctx, input: { name, definition } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const made = await db.insertFlow(tx, ctx.tenantId, ctx.session.userId, { name, draft: definition });
        if (!made.ok && made.why === "too-many")
          throw unmet(`You have ${db.FLOWS_MAX} flows. Stop one to add another.`);
        if (!made.ok) throw conflict(NAME_TAKEN);
        await audit(tx, ctx, "flow.add", made.id, { name });
        return { id: made.id };
      }),
    ),

  /** Saves what is edited. People in the flow keep their version until it is turned on again. */
  save: allowed("campaigns.write")
    .input(z.strictObject({ ...draft, id, updatedAt: moment }))
    .mutation(({ ctx, input: { id: flowId, name, definition, updatedAt } }) =>
      ctx.inTenant(async (tx): Promise<{ updatedAt: Date }> => {
        const before = found(await db.findFlow(tx, ctx.tenantId, flowId), "flow");
        if (before.status === "stopped") throw conflict(STOPPED);
        const saved = await db.saveFlow(tx, ctx.tenantId, ctx.session.userId, {
          ...{ id: flowId, name, draft: definition, seenUpdatedAt: updatedAt },
        });
        if (!saved.ok) throw conflict(saved.why === "name-taken" ? NAME_TAKEN : changedBy(before.updatedBy));
        await audit(tx, ctx, "flow.change", flowId, { name, was: before.name });
        return { updatedAt: saved.updatedAt };
      }),
    ),

  /** What the draft would do in 30 days. */
  simulate: allowed("campaigns.write")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<FlowForecast> => {
        const flow = found(await db.findFlow(tx, ctx.tenantId, input.id), "flow");
        const checked = await checkFlow(tx, ctx.tenantId, flow.id, flow.draft);
        if (checked.faults[0]) throw badRequest(checked.faults[0]);
        return forecastFlow(tx, ctx.tenantId, flow, checked, ctx.dependencies.publicUrl);
      }),
    ),

  /** Makes a version of the draft, which people enter from now on. `updatedAt`: of the draft that the person looked at. */
  turnOn: allowed("campaigns.launch")
    .input(z.strictObject({ id, updatedAt: moment }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ version: number }> => {
        const flow = found(await db.findFlow(tx, ctx.tenantId, input.id, { lock: true }), "flow");
        if (flow.status === "stopped") throw conflict(STOPPED);
        if (flow.isHeldByRestore || flow.status === "paused")
          throw conflict("This flow is paused. Resume it first, then turn the new version on.");
        if (flow.updatedAt.getTime() !== input.updatedAt.getTime()) throw conflict(changedBy(flow.updatedBy));
        await mustBeAllowed(tx, ctx);
        const { faults, ...checked } = await checkFlow(tx, ctx.tenantId, flow.id, flow.draft);
        if (faults[0]) throw badRequest(faults[0]);
        const version = await db.turnOn(tx, ctx.tenantId, ctx.session.userId, flow, checked);
        await audit(tx, ctx, "flow.turn-on", flow.id, { name: flow.name, version });
        return { version };
      }),
    ),

  pause: allowed("campaigns.stop")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const flow = found(await db.findFlow(tx, ctx.tenantId, input.id), "flow");
        if (await db.pauseFlow(tx, ctx.tenantId, flow.id))
          await audit(tx, ctx, "flow.pause", flow.id, { name: flow.name });
        return { ok: true };
      }),
    ),

  resume: allowed("campaigns.launch")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const flow = found(await db.findFlow(tx, ctx.tenantId, input.id, { lock: true }), "flow");
        await mustBeAllowed(tx, ctx);
        const { timezone } = await readSettings(tx, ctx.tenantId);
        const tomorrow = dayResetsAt(isValidZone(timezone) ? timezone : "UTC", new Date());
        if (!(await db.resumeFlow(tx, ctx.tenantId, flow.id, tomorrow)))
          throw conflict(flow.status === "stopped" ? STOPPED : "This flow is not paused.");
        await audit(tx, ctx, "flow.resume", flow.id, { name: flow.name });
        return { ok: true };
      }),
    ),

  /** Stops a flow for good. Everybody leaves it, and its queued messages are canceled. */
  stop: allowed("campaigns.stop")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const flow = found(await db.findFlow(tx, ctx.tenantId, input.id), "flow");
        if (await db.stopFlow(tx, ctx.tenantId, flow.id))
          await audit(tx, ctx, "flow.stop", flow.id, { name: flow.name });
        return { ok: true };
      }),
    ),

  /**
   * Reports that something happened to a contact, such as `order-shipped`. `key` is the event's own id in the reporting
   * system: reported twice, it counts once.
   */
  event: allowed("contacts.write")
    .input(
      z.strictObject({
        event: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "Name the event like order-shipped."),
        contactId: id,
        key: z.string().trim().min(1, "Give the event's own id as its key.").max(200),
      }),
    )
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ entered: number; isRepeated: boolean }> => {
        found(await findContact(tx, ctx.tenantId, input.contactId), "contact");
        const reported = await reportEvent(tx, ctx.tenantId, input);
        if (!reported)
          throw conflict("This key was used for another event or contact. Give each event a key of its own.");
        return reported;
      }),
    ),
});

const NAME_TAKEN = "Another flow has this name. Choose another name.";
const STOPPED = "This flow was stopped for good. Make a new one.";
const changedBy = (who: string | null) =>
  `${who ?? "Someone else"} changed this flow while you edited it. Reload to see their version, then make your change again.`;

const audit = (
  tx: TenantTransaction,
  { tenantId, session }: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
) => recordAudit(tx, { tenantId, actorId: session.userId, action, objectKind: "flow", objectId, detail });
