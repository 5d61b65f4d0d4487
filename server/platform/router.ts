import type { TenantLimits } from "@smscrm/core/platform/limits";
import { weekSchedule } from "@smscrm/core/time/quiet-hours";
import { zonesOf } from "@smscrm/core/time/time-zone";
import { closeTenant, emptyClosedQueues, reopenTenant } from "@smscrm/db/platform/closing";
import { type LimitsChanged, setLimits } from "@smscrm/db/platform/limits";
import {
  hasOrganisation,
  listOrganisations,
  type OrganisationPage,
  readOrganisation,
} from "@smscrm/db/platform/overview";
import { endSupportAccess, requestSupportAccess } from "@smscrm/db/platform/support-access";
import { reinstateTenant, suspendTenant } from "@smscrm/db/tenants/suspension";
import { createTenant, inviteOwner } from "@smscrm/db/tenants/tenants";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import { z } from "zod";
import { byId, country, email, id, note, search, zone } from "../http/inputs.ts";
import { badRequest, conflict, found, notFound, unmet } from "../http/refusals.ts";
import { supportRequestMail } from "../mail/letters.ts";
import { sendLater } from "../mail/send-later.ts";
import { allowed, type Context, router } from "../trpc.ts";
import { deliverInvitation, type InvitationLink } from "../users/invitation-link.ts";
import type { Session } from "../users/session.ts";
import { law } from "./country-rules.ts";

const name = z.string().trim().min(1, "Enter a name.").max(100);
const reason = note.max(200, "Give a reason of at most 200 characters. The organisation's people read it.");
const change = z.strictObject({ id, reason });

const cents = z.number().min(0, "A limit can't be negative.").max(10_000_000_000).nullable();
const limits = z
  .strictObject({
    dailyBudgetCents: cents,
    monthlyBudgetCents: cents,
    segmentsPerSecond: z.int().min(1).max(10_000).nullable(),
    sendingNumbers: z.int().min(0).max(100_000).nullable(),
    uploadBytesPerDay: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullable(),
    sendingHours: weekSchedule.nullable(),
  } satisfies Record<keyof TenantLimits, z.ZodType>)
  .partial();

/** The link for an owner. */
export type OwnerInvitation = InvitationLink & { id: string };

const PAGE = 50;

/**
 * What the platform's operators do: organisations, their limits and their health. Nothing here returns a contact, a text
 * or a phone number.
 */
export const platform = router({
  law,

  organisations: allowed("platform.read")
    .input(
      z.strictObject({
        search: search.nullish(),
        cursor: id.nullish(),
      }),
    )
    .query(
      ({ ctx, input }): Promise<OrganisationPage> =>
        listOrganisations(ctx.dependencies.pipeline, {
          search: input.search ?? null,
          after: input.cursor ?? null,
          limit: PAGE,
        }),
    ),

  organisation: allowed("platform.read")
    .input(byId)
    .query(async ({ ctx, input }) =>
      found(await readOrganisation(ctx.dependencies.pipeline, input.id, ctx.session.userId), "organisation"),
    ),

  create: allowed("platform.manage")
    .input(z.strictObject({ name, country, timezone: zone, owner: email }))
    .mutation(async ({ ctx, input: { owner, ...tenant } }): Promise<OwnerInvitation> => {
      if (zonesOf(tenant.country).length === 0) throw badRequest("country: Choose a country of the list.");
      const token = newToken();
      const link = { email: owner, tokenHash: hashToken(token), ...actorOf(ctx) };
      const made = await createTenant(ctx.dependencies.pipeline, tenant, link);
      if ("takenBy" in made) throw conflict("An organisation already has that name. Choose another one.");
      return deliver(ctx, token, { ...made, email: owner, organisation: tenant.name });
    }),

  inviteOwner: allowed("platform.manage")
    .input(z.strictObject({ id, owner: email }))
    .mutation(async ({ ctx, input }): Promise<OwnerInvitation> => {
      const token = newToken();
      const link = { email: input.owner, tokenHash: hashToken(token), by: actorOf(ctx).by };
      const made = await inviteOwner(ctx.dependencies.pipeline, input.id, link);
      if (made === "not-found") throw notFound("organisation");
      if (made === "member")
        throw conflict("This person is already a member. An owner can change their role.");
      const { expiresAt, name: organisation } = made;
      return deliver(ctx, token, { id: input.id, expiresAt, email: input.owner, organisation });
    }),

  suspend: allowed("platform.manage")
    .input(change)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await mustExist(ctx, input.id);
      const { already } = await suspendTenant(ctx.dependencies.pipeline, changeOf(ctx, input));
      if (already)
        throw conflict(`It has been suspended since ${already.at.toISOString()}: ${already.reason}`);
      return { ok: true };
    }),

  reinstate: allowed("platform.manage")
    .input(change)
    .mutation(async ({ ctx, input }): Promise<{ staysPaused: boolean }> => {
      await mustExist(ctx, input.id);
      const done = await reinstateTenant(ctx.dependencies.pipeline, changeOf(ctx, input));
      if (done === "closed") throw unmet("It is closed. Reopen it first.");
      if (!done) throw conflict("It is not suspended.");
      return done;
    }),

  close: allowed("platform.manage")
    .input(change)
    .mutation(async ({ ctx, input }) => {
      const { pipeline, database } = ctx.dependencies;
      const { id: tenantId, reason: why } = input;
      const done = await closeTenant(pipeline, actorOf(ctx), { tenantId, reason: why });
      if (done.outcome === "not-found") throw notFound("organisation");
      await ctx.streams.endOfEndedSessions();
      const messages = await emptyClosedQueues(pipeline, database, tenantId);
      if (done.outcome === "already") {
        throw conflict(`It has been closed since ${done.at.toISOString()}: ${done.reason}`);
      }
      return { canceledCampaigns: done.canceled, canceledMessages: messages, numbers: done.numbers.length };
    }),

  reopen: allowed("platform.manage")
    .input(change)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const { id: tenantId, reason: why } = input;
      await mustExist(ctx, tenantId);
      const done = await reopenTenant(ctx.dependencies.pipeline, actorOf(ctx), { tenantId, reason: why });
      if (!done) throw conflict("It is not closed.");
      return { ok: true };
    }),

  setLimits: allowed("platform.manage")
    .input(change.extend({ limits }))
    .mutation(async ({ ctx, input }): Promise<LimitsChanged> => {
      const { id: tenantId, reason: why } = input;
      const limitsChange = { tenantId, reason: why, change: input.limits as Partial<TenantLimits> };
      return found(await setLimits(ctx.dependencies.pipeline, actorOf(ctx), limitsChange), "organisation");
    }),

  /** Asks the organisation's owners to let this operator look inside. They get a mail, where the server sends mail. */
  requestAccess: allowed("platform.manage")
    .input(change)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const { dependencies, session } = ctx;
      const { id: tenantId, reason: why } = input;
      const asked = { tenantId, operatorId: session.userId, reason: why };
      const made = await requestSupportAccess(dependencies.pipeline, asked);
      if (made === "not-found") throw notFound("organisation");
      if (made === "open") throw conflict("You have asked already. An owner decides.");
      if (made === "member") throw conflict("You are a member of this organisation. Switch to it.");
      const operator = { name: session.name, email: session.email };
      for (const to of made.owners) {
        const mail = {
          to,
          operator,
          organisation: made.tenantName,
          reason: why,
          url: dependencies.publicUrl,
        };
        sendLater(dependencies, supportRequestMail(mail));
      }
      return { ok: true };
    }),

  /** Withdraws the operator's request, or ends their visit. */
  endAccess: allowed("platform.manage")
    .input(z.strictObject({ id, accessId: id }))
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const { userId } = ctx.session;
      const visit = { tenantId: input.id, userId, operatorId: userId };
      if (!(await endSupportAccess(ctx.dependencies.pipeline, visit, input.accessId)))
        throw notFound("request");
      await ctx.streams.endOfEndedSessions();
      return { ok: true };
    }),
});

type Asking = { dependencies: Context["dependencies"]; session: Session };

const actorOf = ({ session }: Asking) => ({ by: session.email, userId: session.userId });
const changeOf = (ctx: Asking, input: z.output<typeof change>) => ({
  ...{ tenantId: input.id, reason: input.reason },
  ...actorOf(ctx),
});

async function mustExist({ dependencies }: Asking, tenantId: string): Promise<void> {
  if (!(await hasOrganisation(dependencies.pipeline, tenantId))) throw notFound("organisation");
}

async function deliver(
  ctx: Asking,
  token: string,
  { id: tenantId, ...made }: { id: string; email: string; expiresAt: Date; organisation: string },
): Promise<OwnerInvitation> {
  return { id: tenantId, ...(await deliverInvitation(ctx, token, { ...made, role: "owner" })) };
}
