import { limitFault } from "@smscrm/core/platform/limits";
import type { BudgetStatus } from "@smscrm/core/price/budget";
import { may } from "@smscrm/core/process/roles";
import { SECOND_FACTOR_POLICIES } from "@smscrm/core/process/second-factor";
import { DESTINATION_CHOICES } from "@smscrm/core/time/destination-hours";
import { keptDestinations, nightRuleFault } from "@smscrm/core/time/night-rule";
import { weekSchedule } from "@smscrm/core/time/quiet-hours";
import { recordAudit } from "@smscrm/db/audit/audit";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import { listNumbers } from "@smscrm/db/senders/numbers";
import {
  readSecuritySettings,
  type SecuritySettings,
  updateSecuritySettings,
} from "@smscrm/db/tenants/security-settings";
import * as db from "@smscrm/db/tenants/settings";
import { hasSecondFactor, readSecondFactors } from "@smscrm/db/users/second-factors";
import { z } from "zod";
import { country, note, zone } from "../http/inputs.ts";
import { forbidden, unmet } from "../http/refusals.ts";
import { allowed, router, signedIn } from "../trpc.ts";
import { mustBeProven } from "../users/session-guard.ts";
import { type Destinations, destinationsOf } from "./destinations.ts";

/** A hundred million dollars. A larger amount is a typing error. */
const cents = z.number().min(0, "A budget cannot be negative.").max(10_000_000_000);
const cap = z.int().min(1, "At least 1; leave it empty for no cap.").max(1_000).nullable();

const change = z.object({
  name: z.string().trim().min(1, "Enter a name.").max(100),
  timezone: zone,
  country,
  quietHours: weekSchedule,
  destinationHours: z
    .record(country, z.enum(DESTINATION_CHOICES))
    .refine((choices) => Object.keys(choices).length <= 300, "There are not that many countries."),
  trustTenantZone: z.boolean(),
  capPerDay: cap,
  capPerWeek: cap,
  dailyBudgetCents: cents,
  monthlyBudgetCents: cents,
  segmentsPerSecond: z.int().min(1).max(10_000),
});

const BUDGETS = ["dailyBudgetCents", "monthlyBudgetCents"] as const;

const securityChange = z.object({
  secondFactorPolicy: z.enum(SECOND_FACTOR_POLICIES),
  launchProofAbove: z
    .int()
    .min(0, "Enter 0 or more; leave it empty to never ask.")
    .max(100_000_000)
    .nullable(),
});

export const settings = router({
  get: allowed("settings.read").query(({ ctx }) => ctx.inTenant((tx) => db.readSettings(tx, ctx.tenantId))),

  update: allowed("settings.write")
    .input(change.partial())
    .mutation(({ ctx, input: asked }) =>
      ctx.inTenant(async (tx): Promise<db.Settings> => {
        const before = await db.readSettings(tx, ctx.tenantId);
        const mayLoosen = may(ctx.session, "quietHours.override");
        const kept = mayLoosen ? asked.destinationHours : keptDestinations(before, asked);
        const input = { ...asked, ...(kept && { destinationHours: kept }) };
        // Every form of the settings sends what it shows; only another budget asks.
        if (BUDGETS.some((key) => input[key] !== undefined && input[key] !== before[key])) {
          mustBeProven(ctx.session);
        }
        const limit = limitFault(before.limits, input);
        if (limit) throw unmet(limit);
        const fault = mayLoosen ? null : nightRuleFault(before, input);
        if (fault) throw forbidden(fault);
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

  /** Returns the rules of the countries where the organisation can send or chose hours, and of those asked for. */
  destinations: allowed("settings.read")
    .input(z.object({ countries: z.array(country).max(50).default([]) }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<Destinations> => {
        const settings = await db.readSettings(tx, ctx.tenantId);
        const numbers = await listNumbers(tx, ctx.tenantId, settings.timezone);
        const { hours } = await readRuleBook(tx);
        return destinationsOf(settings, numbers, input.countries, hours);
      }),
    ),

  security: allowed("settings.read").query(
    ({ ctx }): Promise<SecuritySettings> => ctx.inTenant((tx) => readSecuritySettings(tx, ctx.tenantId)),
  ),

  updateSecurity: allowed("security.write")
    .input(securityChange)
    .mutation(async ({ ctx, input }): Promise<SecuritySettings> => {
      const { userId } = ctx.session;
      const own = await ctx.dependencies.database.asSignIn((tx) => readSecondFactors(tx, userId));
      if (input.secondFactorPolicy !== "optional" && !hasSecondFactor(own)) {
        throw unmet(
          "Set up your own second factor first, under Security. Without one you would lock yourself out.",
        );
      }
      await ctx.inTenant(async (tx) => {
        const before = await readSecuritySettings(tx, ctx.tenantId);
        await updateSecuritySettings(tx, ctx.tenantId, input);
        await recordAudit(tx, {
          ...{ tenantId: ctx.tenantId, actorId: userId, action: "settings.update-security" },
          ...{ objectKind: "tenant", objectId: ctx.tenantId, detail: { before, after: input } },
        });
      });
      await ctx.streams.endOfEndedSessions();
      return input;
    }),
});

const budgetChange = z.object({
  dailyBudgetCents: cents.optional(),
  monthlyBudgetCents: cents.optional(),
  reason: note,
});

export const budget = router({
  status: signedIn.query(({ ctx }) => ctx.inTenant((tx) => db.readBudget(tx, ctx.tenantId))),

  /**
   * Changes the budget with a recorded reason. Takes effect at the next claim: messages that waited for budget
   * resume.
   */
  change: allowed("settings.write")
    .input(budgetChange)
    .mutation(({ ctx, input: { reason, ...input } }) =>
      ctx.inTenant(async (tx): Promise<BudgetStatus> => {
        const { dailyBudgetCents, monthlyBudgetCents, limits } = await db.readSettings(tx, ctx.tenantId);
        const limit = limitFault(limits, input);
        if (limit) throw unmet(limit);
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
