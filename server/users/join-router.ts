import { acceptInvitation, findInvitation } from "@smscrm/db/users/invitations";
import { hashToken, TOKEN } from "@smscrm/db/users/secret-tokens";
import { z } from "zod";
import type { Dependencies } from "../dependencies.ts";
import { newPassword } from "../http/inputs.ts";
import { badRequest, conflict, unauthorized } from "../http/refusals.ts";
import { anybody, type Context, router } from "../trpc.ts";
import { checkPassword } from "./check-password.ts";
import { enter, type Me, type PendingView } from "./me.ts";
import { networkOf } from "./network.ts";
import { refuseGuessable } from "./passwords/password-rule.ts";
import { hashPassword } from "./passwords/passwords.ts";
import { resetAdvice } from "./passwords/reset-advice.ts";
import { admit, noteFailure } from "./sign-in.ts";

const token = z.string().regex(TOKEN, "This link is not complete. Open it again as it was given to you.");
const name = z.string().trim().min(1, "Enter your name.").max(100);

const LINK_OVER =
  "This invitation isn't valid: it was accepted, canceled, replaced or expired. Ask the person who sent it for a new link.";
const accountExists = (dependencies: Dependencies) =>
  `An account with this address exists. Choose “I have an account” and sign in with its password. If you don't know it, ${resetAdvice(dependencies)}, then open this invitation again.`;

export const join = router({
  /**
   * Returns the invitation of a link. It is a mutation, so that the token is not part of an address. It does not say
   * whether an account exists.
   */
  look: anybody.input(z.object({ token })).mutation(async ({ ctx, input }) => {
    const { organisation, email, role, expiresAt } = await openInvitation(ctx.dependencies, input.token);
    return { organisation, email, role, expiresAt };
  }),

  /** Creates the account of the invited person, and the membership. */
  asNewPerson: anybody
    .input(z.object({ token, name, password: newPassword }))
    .mutation(async ({ ctx, input }): Promise<Me | PendingView> => {
      const { pipeline } = ctx.dependencies;
      const { email, organisation } = await openInvitation(ctx.dependencies, input.token);
      const owner = { email, organisations: [organisation] };
      await refuseGuessable(input.password, owner, networkOf(ctx.visitor.address));
      const passwordHash = await hashPassword(input.password, ctx.visitor.address);
      const accepted = await acceptInvitation(pipeline, hashToken(input.token), {
        ...{ account: "new", name: input.name, passwordHash },
      });
      if (accepted === "account-exists") throw conflict(accountExists(ctx.dependencies));
      if (typeof accepted === "string") throw badRequest(LINK_OVER);
      return arrive(ctx, accepted, passwordHash);
    }),

  /**
   * Makes an existing account a member. That needs the link and the account's password. It also sets a new password,
   * because the inviter of another organisation may know the old one.
   */
  asExistingPerson: anybody
    .input(z.object({ token, name, currentPassword: z.string().min(1).max(200), password: newPassword }))
    .mutation(async ({ ctx, input }): Promise<Me | PendingView> => {
      const { pipeline, database } = ctx.dependencies;
      const { email, organisation } = await openInvitation(ctx.dependencies, input.token);
      if (input.password === input.currentPassword) {
        throw badRequest("Choose a new password: someone else may know the current one.");
      }
      const owner = { email, organisations: [organisation] };
      await refuseGuessable(input.password, owner, networkOf(ctx.visitor.address));
      const given = { email, password: input.currentPassword };
      const { known, holds, forgive, refusable } = await checkPassword(ctx, given);
      if (!known || !holds) {
        if (known) await database.asSignIn((tx) => noteFailure(tx, known.userId, ctx.visitor));
        await refusable();
        throw badRequest(wrong(ctx.dependencies));
      }
      await forgive();
      const passwordHash = await hashPassword(input.password, ctx.visitor.address);
      const accepted = await acceptInvitation(pipeline, hashToken(input.token), {
        ...{ account: "existing", name: input.name, passwordHash },
        ...{ userId: known.userId, provenHash: known.passwordHash },
      });
      if (accepted === "changed") throw badRequest(wrong(ctx.dependencies));
      if (typeof accepted === "string") throw badRequest(LINK_OVER);
      return arrive(ctx, accepted, passwordHash);
    }),
});

const wrong = (dependencies: Dependencies) =>
  `This is not the password of an account with the invited address. If you lost it, ${resetAdvice(dependencies)}, then open this invitation again.`;

/** Into the organisation that the person joined, not the one they joined first. A second factor is asked for here, too. */
async function arrive(
  ctx: Context,
  accepted: { userId: string; tenantId: string },
  provenHash: string,
): Promise<Me | PendingView> {
  const admission = await ctx.dependencies.database.asSignIn((tx) =>
    admit(tx, accepted, ctx.visitor, {
      ...{ provenHash, browserToken: null, replaced: ctx.session },
    }),
  );
  if (!admission)
    throw unauthorized("You are a member now. The password was changed at the same time: sign in.");
  // Accepting with an account ends all of its sessions.
  await ctx.streams.endOfEndedSessions();
  return enter(ctx, admission);
}

async function openInvitation({ pipeline }: Dependencies, given: string) {
  const invitation = await findInvitation(pipeline, hashToken(given));
  if (!invitation) throw badRequest(LINK_OVER);
  return invitation;
}
