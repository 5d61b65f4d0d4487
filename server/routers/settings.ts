import { weekSchedule } from "@smscrm/core/quiet-hours";
import { recordAudit } from "@smscrm/db/audit";
import * as db from "@smscrm/db/settings";
import { z } from "zod";
import { country, note, zone } from "../inputs.ts";
import { allowed, router, signedIn } from "../trpc.ts";

/** A hundred million dollars: beyond it is a slip of the finger. */
const cents = z.number().min(0, "A budget cannot be negative.").max(10_000_000_000);
const cap = z.int().min(1, "At least 1; leave it empty for no cap.").max(1_000).nullable();

const change = z.object({
  name: z.string().trim().min(1, "Enter a name.").max(100),
  timezone: zone,
  country,
  quietHours: weekSchedule,
  trustTenantZone: z.boolean(),
  capPerDay: cap,
  capPerWeek: cap,
  dailyBudgetCents: cents,
  monthlyBudgetCents: cents,
  segmentsPerSecond: z.int().min(1).max(10_000),
});

export const settings = router({
  get: allowed("settings.read").query(({ ctx }) => ctx.inTenant((tx) => db.readSettings(tx, ctx.tenantId))),

  update: allowed("settings.write")
    .input(change.partial())
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<db.Settings> => {
        const before = await db.readSettings(tx, ctx.tenantId);
        await db.updateSettings(tx, ctx.tenantId, input);
        const changed = Object.keys(input) as (keyof typeof input)[];
        await recordAudit(tx, {
          tenantId: ctx.tenantId,
          actorId: ctx.session.userId,
          action: "settings.update",
          objectKind: "tenant",
          objectId: ctx.tenantId,
          detail: { before: Object.fromEntries(changed.map((key) => [key, before[key]])), after: input },
        });
        return db.readSettings(tx, ctx.tenantId);
      }),
    ),
});

const budgetChange = z.object({
  dailyBudgetCents: cents.optional(),
  monthlyBudgetCents: cents.optional(),
  reason: note,
});

export const budget = router({
  status: signedIn.query(({ ctx }) => ctx.inTenant((tx) => db.readBudget(tx, ctx.tenantId))),

  /** In force at the next claim: what waited for money goes on by itself. The reason is kept. */
  change: allowed("settings.write")
    .input(budgetChange)
    .mutation(({ ctx, input: { reason, ...input } }) =>
      ctx.inTenant(async (tx): Promise<db.BudgetStatus> => {
        const { dailyBudgetCents, monthlyBudgetCents } = await db.readSettings(tx, ctx.tenantId);
        await db.updateSettings(tx, ctx.tenantId, input);
        await recordAudit(tx, {
          tenantId: ctx.tenantId,
          actorId: ctx.session.userId,
          action: "budget.change",
          objectKind: "tenant",
          objectId: ctx.tenantId,
          detail: { reason, before: { dailyBudgetCents, monthlyBudgetCents }, after: input },
        });
        return db.readBudget(tx, ctx.tenantId);
      }),
    ),
});
