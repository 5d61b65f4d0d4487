import type { Cadence } from "@smscrm/core/reports/period";
import { recordAudit } from "@smscrm/db/audit/audit";
import { readSchedules, setSchedule } from "@smscrm/db/reports/mails";
import { z } from "zod";
import { unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { guardRefusal } from "../users/session-guard.ts";
import { type Report, readReport, reportInput } from "./report.ts";

export const reports = router({
  /** The figures of a period, by one dimension, with the period before. */
  view: allowed("campaigns.read")
    .input(z.strictObject(reportInput))
    .query(({ ctx, input }) =>
      ctx.inTenant(
        (tx): Promise<Report> =>
          readReport(tx, ctx.tenantId, input, guardRefusal(ctx.session, "settings.read") === null),
      ),
    ),

  /** Which reports the member gets by mail. `canMail`: this server sends mail. */
  mails: allowed("campaigns.read").query(({ ctx }) =>
    ctx.inTenant(
      async (tx): Promise<{ cadences: Cadence[]; canMail: boolean }> => ({
        cadences: await readSchedules(tx, ctx.tenantId, ctx.session.userId),
        canMail: ctx.dependencies.mailer !== null,
      }),
    ),
  ),

  /** Turns the member's own report by mail on or off. */
  setMail: allowed("campaigns.read")
    .input(z.strictObject({ cadence: z.enum(["week", "month"]), isOn: z.boolean() }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        if (input.isOn && !ctx.dependencies.mailer)
          throw unmet("This server sends no mail. Ask the person who runs it to set SMTP_URL and MAIL_FROM.");
        if (input.isOn && ctx.session.visitsUntil)
          throw unmet("A support visit ends soon, so it gets no reports. Ask a member to turn it on.");
        const { tenantId, session } = ctx;
        if (await setSchedule(tx, tenantId, { ...input, userId: session.userId }))
          await recordAudit(tx, {
            ...{ tenantId, actorId: session.userId, objectKind: "user", objectId: session.userId },
            action: input.isOn ? "report.mail-on" : "report.mail-off",
            detail: { cadence: input.cadence },
          });
        return { ok: true };
      }),
    ),
});
