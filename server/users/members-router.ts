import { type MemberRole, ROLES } from "@smscrm/core/process/roles";
import * as links from "@smscrm/db/users/invitations";
import * as db from "@smscrm/db/users/members";
import { hashToken, joinAddress, newToken } from "@smscrm/db/users/secret-tokens";
import { z } from "zod";
import type { Dependencies } from "../dependencies.ts";
import { byId, email } from "../http/inputs.ts";
import { conflict, forbidden, notFound, unmet } from "../http/refusals.ts";
import { invitationMail } from "../mail/letters.ts";
import { MailFault } from "../mail/mailer.ts";
import { allowed, router } from "../trpc.ts";
import { withinMailLimit } from "./check-password.ts";
import type { Session } from "./session.ts";

/** A fixed role's name, or a custom role's id. */
const role = z.union([z.enum(ROLES), z.guid()], "Choose a role of the list, or give a custom role's id.");
const userId = z.guid();

type Asking = { tenantId: string; session: MemberRole & { userId: string } };
const actorOf = (ctx: Asking): db.Actor => ({ tenantId: ctx.tenantId, userId: ctx.session.userId });

/** An invitation's link: mailed to the invited person, or given to the inviter, who passes it on. */
export interface InvitationLink {
  email: string;
  expiresAt: Date;
  /** Null if it was mailed: then only the mailbox's owner has it. */
  url: string | null;
  /** Why it was not mailed, although this server sends mail. */
  mailFault: string | null;
}

async function deliver(
  { session, dependencies: { mailer, publicUrl, log } }: { session: Session; dependencies: Dependencies },
  token: string,
  { email, role, expiresAt }: { email: string; role: string; expiresAt: Date },
): Promise<InvitationLink> {
  const url = joinAddress(publicUrl, token);
  if (!mailer) return { email, expiresAt, url, mailFault: null };
  const inviter = { name: session.name, email: session.email };
  try {
    await mailer.send(invitationMail({ to: email, organisation: session.tenant.name, role, inviter, url }));
    return { email, expiresAt, url: null, mailFault: null };
  } catch (error) {
    if (!(error instanceof MailFault)) throw error;
    log.error({ error }, "An invitation was not mailed");
    return { email, expiresAt, url, mailFault: error.message };
  }
}

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
    .mutation(
      async ({ ctx, input }): Promise<{ ok: true }> =>
        done(await db.setPersonRole(ctx.dependencies.pipeline, actorOf(ctx), input.userId, input.role)),
    ),

  remove: allowed("people.manage")
    .input(z.object({ userId }))
    .mutation(
      async ({ ctx, input }): Promise<{ ok: true }> =>
        done(await db.removePerson(ctx.dependencies.pipeline, actorOf(ctx), input.userId)),
    ),
});

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
