import { randomBytes } from "node:crypto";
import { mayManage, ROLES, type Role } from "@smscrm/core/roles";
import * as db from "@smscrm/db/people";
import { z } from "zod";
import { hashPassword } from "../auth/passwords.ts";
import { conflict, forbidden, found, notFound, unmet } from "../refusals.ts";
import { allowed, router } from "../trpc.ts";

const email = z.string().trim().toLowerCase().pipe(z.email("Enter an e-mail address.").max(254));
const role = z.enum(ROLES);
const userId = z.guid();

type Asking = { tenantId: string; session: { userId: string; role: Role } };
const actorOf = (ctx: Asking): db.Actor => ({ tenantId: ctx.tenantId, userId: ctx.session.userId });

export const people = router({
  list: allowed("people.manage").query(({ ctx }) => ctx.inTenant((tx) => db.listPeople(tx, ctx.tenantId))),

  add: allowed("people.manage")
    .input(z.object({ email, name: z.string().trim().min(1, "Enter a name.").max(100), role }))
    .mutation(async ({ ctx, input }): Promise<{ temporaryPassword: string | null }> => {
      mustOutrank(ctx, input.role);
      const temporaryPassword = randomBytes(12).toString("base64url");
      const passwordHash = await hashPassword(temporaryPassword);
      const added = await db.addPerson(ctx.dependencies.pipeline, actorOf(ctx), { ...input, passwordHash });
      if (!added) throw conflict("This person is among your people already. Change their role in the list.");
      // Somebody with an account elsewhere signs in with the password they have.
      return { temporaryPassword: added.created ? temporaryPassword : null };
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

/** Nobody gives more than they have, or takes from those who have more. */
function mustOutrank(ctx: Asking, other: Role): void {
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
  if (change === "last-owner") throw unmet("This is the only owner. Make somebody else an owner first.");
  return { ok: true };
}
