import { randomInt, randomUUID } from "node:crypto";
import { normalisePhone } from "@smscrm/core/contacts/phone";
import { may } from "@smscrm/core/process/roles";
import { segments } from "@smscrm/core/text/segments";
import { recordAudit } from "@smscrm/db/audit/audit";
import * as db from "@smscrm/db/campaigns/test-numbers";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { refusesErased } from "@smscrm/db/privacy/erased-numbers";
import { insertOneMessage } from "@smscrm/db/send/one-message";
import { z } from "zod";
import { byId, rawPhone } from "../http/inputs.ts";
import { badRequest, conflict, notFound, tooMany } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import type { Asking } from "./audit.ts";

const REFUSALS: Record<db.CodeRefusal, () => Error> = {
  ours: () => badRequest("This is one of your sending numbers. Enter the number of your own phone."),
  "another-member": () => conflict("A teammate has this number. They can remove it from their test numbers."),
  verified: () => conflict("You have this number already."),
  "too-many-codes": () => tooMany("This number got three codes today. Try again tomorrow."),
  "too-many-numbers": () =>
    badRequest(`You have ${db.NUMBERS_PER_MEMBER} test numbers. Remove one, or wait until tomorrow.`),
};

export const testNumbers = router({
  list: allowed("campaigns.test").query(({ ctx }) =>
    ctx.inTenant(async (tx) => {
      const rows = await db.listTestNumbers(tx, ctx.tenantId);
      return rows.map(({ userId, ...row }) => ({ ...row, isMine: userId === ctx.session.userId }));
    }),
  ),

  /** Texts a code to the member's own number. The message has all gates but consent: who types the code gives it. */
  sendCode: allowed("campaigns.test")
    .input(z.object({ phone: rawPhone }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string; sendJobId: string }> => {
        const { tenantId, session } = ctx;
        const phone = normalisePhone(input.phone, session.tenant.country);
        if (!phone.ok) {
          throw badRequest(
            "This is not a mobile number. Enter it with its country code, such as +61 491 570 006.",
          );
        }
        const { e164, country, lineType } = phone;
        if (await refusesErased(tx, tenantId, e164))
          throw badRequest("This number was erased at its owner's request. It gets no texts.");
        const code = String(randomInt(1_000_000)).padStart(6, "0");
        const noted = await db.noteTestCode(tx, tenantId, {
          ...{ userId: session.userId, phone: e164, country, lineType, code },
        });
        if (!noted.ok) throw REFUSALS[noted.why]();
        const body = `${session.tenant.name}: your code for test texts is ${code}. Reply STOP to opt out.`;
        const made = await insertOneMessage(tx, tenantId, {
          ...{ id: randomUUID(), kind: "code", name: "Code for a test number", body, smartEncoding: true },
          ...{ purpose: "transactional", topic: null, contactId: noted.contactId, createdBy: session.userId },
          ...{ expiresInMinutes: db.CODE_MINUTES, testNumberId: noted.id },
          segmentsEstimate: segments(body, { smartEncoding: true }).segments,
        });
        if (!made) throw conflict("The code could not be queued. Try again.");
        await note(tx, ctx, "test-number.code", noted.id, { phone: e164 });
        return { id: noted.id, sendJobId: made.sendJobId };
      }),
    ),

  confirm: allowed("campaigns.test")
    .input(
      byId.extend({
        code: z
          .string()
          .trim()
          .regex(/^\d{6}$/, "The code has six digits."),
      }),
    )
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const { tenantId, session } = ctx;
      // A wrong guess is counted, so it must be committed: the refusal comes after.
      const answer = await ctx.inTenant(async (tx) => {
        const answer = await db.confirmTestNumber(tx, tenantId, { ...input, userId: session.userId });
        if (answer === "verified") await note(tx, ctx, "test-number.add", input.id, {});
        return answer;
      });
      if (answer === "not-found") throw notFound("test number");
      if (answer === "void") throw badRequest("This code is no longer valid. Ask for a new one.");
      if (answer === "wrong") throw badRequest("This is not the code. Check the newest text.");
      return { ok: true };
    }),

  /** A member removes their own; who manages people removes anybody's. */
  remove: allowed("campaigns.test")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { tenantId, session } = ctx;
        const userId = may(session, "people.manage") ? null : session.userId;
        const phone = await db.removeTestNumber(tx, tenantId, { id: input.id, userId });
        if (phone === null) throw notFound("test number");
        await note(tx, ctx, "test-number.remove", input.id, { phone });
        return { ok: true };
      }),
    ),
});

function note(
  tx: TenantTransaction,
  { tenantId, session }: Pick<Asking, "tenantId" | "session">,
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
): Promise<void> {
  return recordAudit(tx, {
    tenantId,
    actorId: session.userId,
    action,
    objectKind: "test-number",
    objectId,
    detail,
  });
}
