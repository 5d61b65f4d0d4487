import { isRoleIn, PLATFORM_ROLES } from "@smscrm/core/platform/roles";
import { mayManage, ROLES, type Role } from "@smscrm/core/process/roles";
import * as links from "@smscrm/db/users/invitations";
import * as db from "@smscrm/db/users/members";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import { z } from "zod";
import { byId, email } from "../http/inputs.ts";
import { badRequest, conflict, forbidden, found, notFound, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { withinMailLimit } from "./check-password.ts";
import { deliverInvitation, type InvitationLink } from "./invitation-link.ts";

const role = z.enum(ROLES);
const userId = z.guid();

type Asking = {
  tenantId: string;
  session: { userId: string; role: Role; tenant: { isPlatform: boolean } };
};
const actorOf = (ctx: Asking): db.Actor => ({ tenantId: ctx.tenantId, userId: ctx.session.userId });

const deliver = (
  ctx: Parameters<typeof deliverInvitation>[0],
  token: string,
  made: { email: string; role: Role; expiresAt: Date },
) => deliverInvitation(ctx, token, { ...made, organisation: ctx.session.tenant.name });

const NOT_YOURS = "Your role cannot give, change or cancel an invitation for that role. Ask an owner.";

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
      mustOutrank(ctx, input.role);
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
      if (made === "not-allowed") throw forbidden(NOT_YOURS);
      return deliver(ctx, token, { ...input, ...made });
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
      mustOutrank(ctx, input.role);
      mustOutrank(ctx, await roleOf(ctx, input.userId));
      return done(await db.setPersonRole(ctx.dependencies.pipeline, actorOf(ctx), input.userId, input.role));
    }),

  remove: allowed("people.manage")
    .input(z.object({ userId }))
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      mustOutrank(ctx, await roleOf(ctx, input.userId));
      return done(await db.removePerson(ctx.dependencies.pipeline, actorOf(ctx), input.userId));
    }),
});

/** Nobody can give a higher role than their own, or change a member with one. */
function mustOutrank(ctx: Asking, other: Role): void {
  if (!isRoleIn(ctx.session.tenant, other)) {
    throw badRequest(`A member of the platform is ${PLATFORM_ROLES.join(", ")}. Choose one of these.`);
  }
  if (mayManage(ctx.session.role, other)) return;
  throw forbidden(
    `Your role (${ctx.session.role}) cannot give, change or remove the role ${other}. Ask an owner.`,
  );
}

async function roleOf(
  ctx: Asking & {
    inTenant: <T>(work: (tx: Parameters<typeof db.listPeople>[0]) => Promise<T>) => Promise<T>;
  },
  target: string,
): Promise<Role> {
  const everybody = await ctx.inTenant((tx) => db.listPeople(tx, ctx.tenantId));
  return found(
    everybody.find((person) => person.userId === target),
    "person",
  ).role;
}

function done(change: db.PersonChange): { ok: true } {
  if (change === "not-found") throw notFound("person");
  if (change === "last-owner") throw unmet("This is the only owner. Make someone else an owner first.");
  return { ok: true };
}
