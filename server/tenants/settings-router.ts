import { LAUNCH_LIMIT_MAX, LAUNCHING_ROLES } from "@smscrm/core/campaigns/approval";
import { limitFault } from "@smscrm/core/platform/limits";
import type { BudgetStatus } from "@smscrm/core/price/budget";
import { SECOND_FACTOR_POLICIES } from "@smscrm/core/process/second-factor";
import { loosenedRules, rulesOf } from "@smscrm/core/replay/sending-rules";
import { recordAudit } from "@smscrm/db/audit/audit";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { lockRules } from "@smscrm/db/rules/rule-changes";
import { listNumbers } from "@smscrm/db/senders/numbers";
import {
  readSecuritySettings,
  type SecuritySettings,
  updateSecuritySettings,
} from "@smscrm/db/tenants/security-settings";
import * as db from "@smscrm/db/tenants/settings";
import { listRoles } from "@smscrm/db/users/custom-roles";
import { hasSecondFactor, readSecondFactors } from "@smscrm/db/users/second-factors";
import { z } from "zod";
import { country, note } from "../http/inputs.ts";
import { badRequest, unmet } from "../http/refusals.ts";
import { allowed, router, signedIn } from "../trpc.ts";
import { mustBeProven } from "../users/session-guard.ts";
import { type Destinations, destinationsOf } from "./destinations.ts";
import { allowedChange, cents, draftFirst, settingsChange } from "./settings-change.ts";

const BUDGETS = ["dailyBudgetCents", "monthlyBudgetCents"] as const;

const securityChange = z.object({
  secondFactorPolicy: z.enum(SECOND_FACTOR_POLICIES),
  launchProofAbove: z
    .int()
    .min(0, "Enter 0 or more; leave it empty to never ask.")
    .max(100_000_000)
    .nullable(),
  /** Absent: as it is. */
  rulesNeedSecondPerson: z.boolean().optional(),
});

/** By role, or by the id of a custom role. Empty: everybody launches alone. */
const launchLimits = z.record(
  z.string().max(40),
  z.int().min(0, "Enter 0 or more; leave it empty for no limit.").max(LAUNCH_LIMIT_MAX),
);

/** Refuses a limit for a role that launches nothing, or that the organisation doesn't have. */
async function mustBeRoles(tx: TenantTransaction, tenantId: string, named: readonly string[]): Promise<void> {
  const own = await listRoles(tx, tenantId);
  const known = new Set<string>([...LAUNCHING_ROLES, ...own.map(({ id }) => id)]);
  const unknown = named.filter((role) => !known.has(role));
  if (unknown.length > 0) {
    throw badRequest("A limit names a role that can't launch, or was deleted. Reload the page.");
  }
}

export const settings = router({
  get: allowed("settings.read").query(({ ctx }) => ctx.inTenant((tx) => db.readSettings(tx, ctx.tenantId))),

  update: allowed("settings.write")
    .input(settingsChange.partial())
    .mutation(({ ctx, input: asked }) =>
      ctx.inTenant(async (tx): Promise<db.Settings> => {
        // Locked, so that two people at once can't loosen together what neither may alone.
        const inForce = await lockRules(tx, ctx.tenantId);
        const before = await db.readSettings(tx, ctx.tenantId);
        const input = allowedChange(ctx.session, before, asked);
        if (inForce.needSecondPerson) {
          const loosened = loosenedRules(inForce.rules, rulesOf(input));
          if (loosened.length > 0) throw unmet(draftFirst(loosened));
        }
        // Every form of the settings sends what it shows; only another budget asks.
        if (BUDGETS.some((key) => input[key] !== undefined && input[key] !== before[key])) {
          mustBeProven(ctx.session);
        }
        await db.updateSettings(tx, ctx.tenantId, input, ctx.session);
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
      const { rulesNeedSecondPerson, ...rest } = input;
      const change = { ...rest, ...(rulesNeedSecondPerson !== undefined && { rulesNeedSecondPerson }) };
      const after = await ctx.inTenant(async (tx) => {
        const before = await readSecuritySettings(tx, ctx.tenantId);
        await updateSecuritySettings(tx, ctx.tenantId, change);
        const asked = Object.entries(before).filter(([name]) => name in change);
        await recordAudit(tx, {
          ...{ tenantId: ctx.tenantId, actorId: userId, action: "settings.update-security" },
          ...{
            objectKind: "tenant",
            objectId: ctx.tenantId,
            detail: { before: Object.fromEntries(asked), after: change },
          },
        });
        return { ...before, ...change };
      });
      await ctx.streams.endOfEndedSessions();
      return after;
    }),

  /** Sets how many recipients each role may launch to alone. In force with the next launch, also of what is scheduled. */
  updateLaunchLimits: allowed("security.write")
    .input(z.object({ launchLimits }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<SecuritySettings> => {
        const before = await readSecuritySettings(tx, ctx.tenantId);
        await mustBeRoles(tx, ctx.tenantId, Object.keys(input.launchLimits));
        mustBeProven(ctx.session);
        await updateSecuritySettings(tx, ctx.tenantId, input);
        const detail = { before: before.launchLimits, after: input.launchLimits };
        await recordAudit(tx, {
          ...{ tenantId: ctx.tenantId, actorId: ctx.session.userId, action: "settings.launch-limits" },
          ...{ objectKind: "tenant", objectId: ctx.tenantId, detail },
        });
        return { ...before, ...input };
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
        await db.updateSettings(tx, ctx.tenantId, input, ctx.session);
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
