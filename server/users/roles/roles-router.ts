import {
  actionsFault,
  CUSTOM_ROLES_MAX,
  isFixedRoleName,
  ROLE_NAME_MAX,
} from "@smscrm/core/process/custom-roles";
import { ACTIONS } from "@smscrm/core/process/roles";
import * as db from "@smscrm/db/users/custom-roles";
import { z } from "zod";
import { byId, id } from "../../http/inputs.ts";
import { badRequest, conflict, forbidden, notFound, unmet } from "../../http/refusals.ts";
import { allowed, router } from "../../trpc.ts";

const draft = z.object({
  name: z
    .string()
    .trim()
    .min(2, "Give the role a name of at least two characters.")
    .max(ROLE_NAME_MAX, `A role's name has at most ${ROLE_NAME_MAX} characters.`)
    .regex(/^[^\p{C}\n]+$/u, "A role's name is one line of text.")
    .refine((name) => !isFixedRoleName(name), "This is the name of a built-in role. Choose another name."),
  actions: z
    .array(z.enum(ACTIONS))
    .max(ACTIONS.length)
    .transform((chosen) => ACTIONS.filter((action) => chosen.includes(action)))
    .superRefine((actions, ctx) => {
      const fault = actionsFault(actions);
      if (fault) ctx.addIssue({ code: "custom", message: fault });
    }),
});

/** Roles that owners make for their organisation. */
export const roles = router({
  list: allowed("people.manage").query(({ ctx }) => ctx.inTenant((tx) => db.listRoles(tx, ctx.tenantId))),

  create: allowed("security.write")
    .input(draft)
    .mutation(async ({ ctx, input }): Promise<{ id: string }> => {
      const made = await db.createRole(ctx.dependencies.pipeline, actorOf(ctx), input);
      if (made === "too-many")
        throw unmet(`There are ${CUSTOM_ROLES_MAX} custom roles already. Delete one, then add another.`);
      return typeof made === "string" ? refuse(made) : made;
    }),

  change: allowed("security.write")
    .input(draft.extend({ id }))
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const change = await db.changeRole(ctx.dependencies.pipeline, actorOf(ctx), input.id, input);
      return change === "changed" ? { ok: true } : refuse(change);
    }),

  delete: allowed("security.write")
    .input(byId)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const outcome = await db.deleteRole(ctx.dependencies.pipeline, actorOf(ctx), input.id);
      if (outcome === "deleted") return { ok: true };
      return typeof outcome === "string" ? refuse(outcome) : refuseInUse(outcome);
    }),
});

type Asking = { tenantId: string; session: { userId: string } };
const actorOf = (ctx: Asking) => ({ tenantId: ctx.tenantId, userId: ctx.session.userId });

function refuse(why: db.RoleRefusal): never {
  if (why === "not-found") throw notFound("role");
  if (why === "name-taken") throw badRequest("Another role has this name. Choose another name.");
  throw forbidden("Only an owner may change roles.");
}

const NAMES_SHOWN = 5;

function refuseInUse({ members, invited }: db.RoleInUse): never {
  const steps = [
    members.length > 0
      ? `${listed(members)} ${members.length === 1 ? "has" : "have"} this role. Give them another one first.`
      : "",
    invited.length > 0
      ? `${listed(invited)} ${invited.length === 1 ? "is" : "are"} invited with it. Cancel the invitation first.`
      : "",
  ];
  throw conflict(steps.filter(Boolean).join(" "));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
