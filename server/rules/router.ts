import { limitFault } from "@smscrm/core/platform/limits";
import { loosenedRules, type RuleName } from "@smscrm/core/replay/sending-rules";
import { recordAudit } from "@smscrm/db/audit/audit";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import * as db from "@smscrm/db/rules/rule-changes";
import { readSettings } from "@smscrm/db/tenants/settings";
import { z } from "zod";
import { byId, note } from "../http/inputs.ts";
import { conflict, found, unmet } from "../http/refusals.ts";
import { allowedChange, settingsChange } from "../tenants/settings-change.ts";
import { allowed, type Context, router } from "../trpc.ts";
import { mustBeProven } from "../users/session-guard.ts";

/** The sending rules of the settings, by the settings' own schema. */
const rulesChange = settingsChange
  .pick({
    ...{ timezone: true, country: true, quietHours: true, destinationHours: true },
    ...{ trustTenantZone: true, capPerDay: true, capPerWeek: true },
  })
  .partial()
  .strict();

/** The change as the member saw it. A later revision means that somebody else was first. */
const seen = byId.extend({ revision: z.int().min(1).max(1_000_000) });

/** A change with what its page needs. */
export interface RuleChangePage {
  change: db.RuleChange;
  campaigns: { id: string; name: string; isCampaign: boolean }[];
  /** The rules that it loosens, compared with those in force now; empty: it only tightens. */
  loosens: RuleName[];
  /** Who could activate it besides this member. */
  others: string[];
  /** Whether this member drafted it. */
  isOwn: boolean;
  needSecondPerson: boolean;
}

export interface RuleOverview {
  changes: Omit<db.RuleChange, "replay" | "shadow">[];
  versions: db.RuleVersion[];
}

export const rules = router({
  list: allowed("settings.read").query(({ ctx }) =>
    ctx.inTenant(async (tx): Promise<RuleOverview> => {
      const changes = await db.listRuleChanges(tx, ctx.tenantId);
      return {
        changes: changes.map(({ replay: _, shadow: __, ...change }) => change),
        versions: await db.listRuleVersions(tx, ctx.tenantId),
      };
    }),
  ),

  get: allowed("settings.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<RuleChangePage> => {
        const change = found(await db.readRuleChange(tx, ctx.tenantId, input.id), "rule change");
        const { rules: inForce, needSecondPerson } = await db.readRules(tx, ctx.tenantId);
        const others = await db.otherActivators(tx, ctx.tenantId, ctx.session.userId);
        const ids = [change.replay, change.shadow].flatMap((tally) => Object.keys(tally?.byCampaign ?? {}));
        return {
          change,
          campaigns: await db.namesOfCampaigns(tx, ctx.tenantId, [...new Set(ids)]),
          loosens: loosenedRules(inForce, change.after),
          others: others.map(({ name }) => name),
          isOwn: change.draftedBy.id === ctx.session.userId,
          needSecondPerson,
        };
      }),
    ),

  /** Stores other rules as a draft, which changes nothing. The worker replays it over the last 30 days. */
  draft: allowed("settings.write")
    .input(z.object({ change: rulesChange, note }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const { limits } = await readSettings(tx, ctx.tenantId);
        const limit = limitFault(limits, input.change);
        if (limit) throw unmet(limit);
        const by = ctx.session.userId;
        const drafted = await db.draftRuleChange(tx, ctx.tenantId, { ...input, by });
        if (drafted.kind === "nothing-changes") {
          throw unmet(
            "These rules are in force already. Change one, then look at what it would have changed.",
          );
        }
        if (drafted.kind === "too-many") {
          throw unmet(
            `There are ${db.OPEN_CHANGES_MAX} drafts of sending rules already. Withdraw one under Settings, Rule changes.`,
          );
        }
        const { id } = drafted;
        await audit(tx, ctx, "rules.draft", id, { note: input.note, change: input.change });
        return { id };
      }),
    ),

  /** Replays again: after another change of the rules, or after a cancellation. */
  replay: allowed("settings.write")
    .input(seen)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        done(await db.replayAgain(tx, ctx.tenantId, input));
        await audit(tx, ctx, "rules.replay", input.id, {});
        return { ok: true };
      }),
    ),

  cancel: allowed("settings.write")
    .input(seen)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        done(await db.cancelReplay(tx, ctx.tenantId, input));
        await audit(tx, ctx, "rules.cancel", input.id, {});
        return { ok: true };
      }),
    ),

  withdraw: allowed("settings.write")
    .input(seen)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        done(await db.withdrawRuleChange(tx, ctx.tenantId, input, ctx.session.userId));
        await audit(tx, ctx, "rules.withdraw", input.id, {});
        return { ok: true };
      }),
    ),

  /**
   * Puts a draft in force. One that only tightens may be activated at once by anybody who may change settings. One that
   * loosens must be replayed against the rules in force, and the member must prove who they are. Where the
   * organisation wants a second person, it may not be the drafter, unless nobody else could.
   */
  activate: allowed("settings.write")
    .input(seen)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { userId } = ctx.session;
        const { change, now, loosens } = found(
          await db.readActivation(tx, ctx.tenantId, input.id),
          "rule change",
        );
        const isOwn = change.draftedBy.id === userId;
        let alone = false;
        if (change.status === "open" && loosens.length > 0) {
          refuseUnseen(change);
          if (now.needSecondPerson && isOwn) {
            const others = await db.otherActivators(tx, ctx.tenantId, userId);
            if (others.length > 0) throw unmet(anotherFirst(others.map(({ name }) => name)));
            alone = true;
          }
          mustBeProven(ctx.session);
        }
        const settings = await readSettings(tx, ctx.tenantId);
        const { after } = change;
        const allowedRules = allowedChange(ctx.session, settings, settingsChange.partial().parse(after));
        done(
          await db.activateRuleChange(tx, ctx.tenantId, input, { rules: allowedRules, by: userId, alone }),
        );
        const detail = { before: change.before, after: allowedRules, loosens };
        await audit(tx, ctx, "rules.activate", input.id, {
          ...{ ...detail, draftedBy: change.draftedBy.id, secondPerson: !isOwn },
          ...(alone && { alone: "nobody else may change settings" }),
        });
        return { ok: true };
      }),
    ),
});

/** A change that loosens is only activated with its result before one's eyes. */
function refuseUnseen({ isStale, replayState }: db.RuleChange): void {
  if (isStale) {
    throw conflict(
      "The sending rules have changed since this draft was replayed, so its result no longer holds. Replay it again, look at the result, then activate it.",
    );
  }
  if (replayState !== "done") {
    throw unmet(
      "This draft loosens a rule, and its replay isn't finished. Wait for the result, or replay it again.",
    );
  }
}

const anotherFirst = (names: readonly string[]) =>
  `You drafted this, so another member must activate it: ${names.slice(0, 3).join(", ")}${names.length > 3 ? " or another" : ""}. Stricter rules need nobody else.`;

function done(step: db.Step): void {
  if (step === "not-found") found(null, "rule change");
  if (step === "closed") {
    throw conflict("This draft was activated or withdrawn already. Reload the page to see it.");
  }
  if (step === "overtaken") {
    throw conflict(
      "Somebody else changed this draft, or its replay has ended. Reload the page and look at it again.",
    );
  }
}

type Member = { tenantId: string; session: NonNullable<Context["session"]> };

const audit = (
  tx: TenantTransaction,
  { tenantId, session }: Member,
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
) =>
  recordAudit(tx, { tenantId, actorId: session.userId, action, objectKind: "rule-change", objectId, detail });
