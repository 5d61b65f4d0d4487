import { isRoleIn, PLATFORM_ROLES } from "@smscrm/core/platform/roles";
import { ROLES } from "@smscrm/core/process/roles";
import * as links from "@smscrm/db/users/invitations";
import * as db from "@smscrm/db/users/members";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import { z } from "zod";
import { byId, email } from "../http/inputs.ts";
import { badRequest, conflict, forbidden, notFound, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { withinMailLimit } from "./check-password.ts";
import { deliverInvitation, type InvitationLink } from "./invitation-link.ts";

/** A fixed role's name, or a custom role's id. */
const role = z.union([z.enum(ROLES), z.guid()], "Choose a role of the list, or give a custom role's id.");
const userId = z.guid();

type Asking = {
  tenantId: string;
  session: { userId: string; tenant: { isPlatform: boolean } };
};
const actorOf = (ctx: Asking): db.Actor => ({ tenantId: ctx.tenantId, userId: ctx.session.userId });

const deliver = (
  ctx: Parameters<typeof deliverInvitation>[0],
  token: string,
  made: { email: string; role: string; expiresAt: Date },
) => deliverInvitation(ctx, token, { ...made, organisation: ctx.session.tenant.name });

const NOT_YOURS =
  "Your role cannot give, change or cancel an invitation for a role that may do more than you, or that manages people. Ask an owner.";

export const people = router({
  list: allowed("people.manage").query(({ ctx }) => ctx.inTenant((tx) => db.listPeople(tx, ctx.tenantId))),

  invitations: allowed("people.manage").query(({ ctx }) =>
    ctx.inTenant((tx) => links.listInvitations(tx, ctx.tenantId)),
  ),

  /**
   * Creates a link to join with, and mails it if this server sends mail. Otherwise it is shown once, to the inviter. The
   * answer does not reveal whether the address has an account.
   */
  invite: allowed("people.manage")
    .input(z.object({ email, role }))
    .mutation(async ({ ctx, input }): Promise<InvitationLink> => {
      mustFit(ctx, input.role);
      const token = newToken();
      const { pipeline, mailer } = ctx.dependencies;
      if (mailer) await withinMailLimit(ctx.dependencies, `invite/${ctx.tenantId}/${input.email}`, null);
      const made = await links.invite(pipeline, actorOf(ctx), { ...input, tokenHash: hashToken(token) });
      if (made === "member") {
        throw conflict("This person is already a member. Change their role in the list.");
      }
      if (made === "invited") {
        throw conflict("This address has an open invitation. Make a new link or cancel it, in the list.");
      }
      if (made === "too-many") {
        throw unmet(
          `There are ${links.INVITATIONS_MAX} invitations that nobody accepted. Cancel some, then try again.`,
        );
      }
      if (made === "no-role") throw notFound("role");
      if (made === "not-allowed") throw forbidden(NOT_YOURS);
      return deliver(ctx, token, { email: input.email, ...made });
    }),

  renewInvitation: allowed("people.manage")
    .input(byId)
    .mutation(async ({ ctx, input }): Promise<InvitationLink> => {
      const token = newToken();
      const { pipeline, mailer } = ctx.dependencies;
      // Before the link that was mailed last stops working.
      if (mailer) await withinMailLimit(ctx.dependencies, `renew/${ctx.tenantId}/${input.id}`, null);
      const made = await links.renewInvitation(pipeline, actorOf(ctx), input.id, hashToken(token));
      if (made === "not-found") throw notFound("invitation");
      if (made === "not-allowed") throw forbidden(NOT_YOURS);
      return deliver(ctx, token, made);
    }),

  cancelInvitation: allowed("people.manage")
    .input(byId)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const change = await links.cancelInvitation(ctx.dependencies.pipeline, actorOf(ctx), input.id);
      if (change === "not-found") throw notFound("invitation");
      if (change === "not-allowed") throw forbidden(NOT_YOURS);
      return { ok: true };
    }),

  setRole: allowed("people.manage")
    .input(z.object({ userId, role }))
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      mustFit(ctx, input.role);
      return done(await db.setPersonRole(ctx.dependencies.pipeline, actorOf(ctx), input.userId, input.role));
    }),

  remove: allowed("people.manage")
    .input(z.object({ userId }))
    .mutation(
      async ({ ctx, input }): Promise<{ ok: true }> =>
        done(await db.removePerson(ctx.dependencies.pipeline, actorOf(ctx), input.userId)),
    ),
});

/** The platform's own organisation has three roles. */
function mustFit({ session }: Asking, chosen: string): void {
  const fixed = ROLES.find((each) => each === chosen);
  if (!fixed || isRoleIn(session.tenant, fixed)) return;
  throw badRequest(`A member of the platform is ${PLATFORM_ROLES.join(", ")}. Choose one of these.`);
}

function done(change: db.PersonChange): { ok: true } {
  if (change === "not-found") throw notFound("person");
  if (change === "no-role") throw notFound("role");
  if (change === "not-allowed") throw forbidden(BEYOND);
  if (change === "last-owner") throw unmet("This is the only owner. Make someone else an owner first.");
  return { ok: true };
}

/** Nobody can give a higher role than their own, or change a member with one. */
const BEYOND =
  "Your role cannot give, change or remove a role that may do more than you, or that manages people. Ask an owner.";
