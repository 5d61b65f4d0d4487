import { checkTemplate } from "@smscrm/core/campaigns/campaign";
import { routingRules } from "@smscrm/core/inbox/routing";
import { MAX_BODY_LENGTH } from "@smscrm/core/text/template";
import { weekSchedule } from "@smscrm/core/time/quiet-hours";
import { recordAudit } from "@smscrm/db/audit/audit";
import { customFieldNames } from "@smscrm/db/contacts/fields";
import { readInboxSettings, saveInboxSettings } from "@smscrm/db/inbox/team/inbox-settings";
import { readReplyTimes } from "@smscrm/db/inbox/team/reply-times";
import * as db from "@smscrm/db/inbox/team/teams";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { z } from "zod";
import { id, optionalText } from "../http/inputs.ts";
import { badRequest, conflict, found, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { assigneesOf } from "./assignees.ts";
import { changedBy } from "./changed-by.ts";

const MEMBERS_MAX = 200;

const team = {
  name: z
    .string()
    .trim()
    .min(1, "Give the team a name.")
    .max(60, "Use at most 60 characters for the name.")
    .regex(/^\P{Cc}+$/u, "Use one line of text for the name."),
  memberIds: z.array(id).max(MEMBERS_MAX, `A team has at most ${MEMBERS_MAX} members.`),
};

/** Teams, who is given which conversation, working hours, and how long people wait for a reply. */
export const inboxTeams = router({
  list: allowed("inbox.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ teams: await db.listTeams(tx, ctx.tenantId) })),
  ),

  create: allowed("settings.write")
    .input(z.strictObject(team))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        await refuseOthers(tx, ctx.tenantId, input.memberIds);
        const made = await db.insertTeam(tx, ctx.tenantId, ctx.session.userId, input);
        if (!made.ok && made.why === "too-many")
          throw unmet(`You have ${db.TEAMS_MAX} teams. Remove one to add another.`);
        if (!made.ok) throw conflict(NAME_TAKEN);
        await audit(tx, ctx, "team.add", made.id, input);
        return { id: made.id };
      }),
    ),

  /** `version`: the one that the member changed. */
  update: allowed("settings.write")
    .input(z.strictObject({ ...team, id, version: z.int().min(1) }))
    .mutation(({ ctx, input: { version: seenVersion, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ version: number }> => {
        await refuseOthers(tx, ctx.tenantId, input.memberIds);
        const before = found(await db.findTeam(tx, ctx.tenantId, input.id), "team");
        const saved = await db.updateTeam(tx, ctx.tenantId, ctx.session.userId, { ...input, seenVersion });
        if (!saved.ok)
          throw conflict(saved.why === "name-taken" ? NAME_TAKEN : changedBy(before.updatedBy, "this team"));
        const { name, memberIds } = input;
        await audit(tx, ctx, "team.change", input.id, { name, memberIds, was: before.name });
        return { version: saved.version };
      }),
    ),

  remove: allowed("settings.write")
    .input(z.strictObject({ id }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { name } = found(await db.findTeam(tx, ctx.tenantId, input.id), "team");
        const { routing } = await readInboxSettings(tx, ctx.tenantId);
        if (routing.some(({ teamId }) => teamId === input.id))
          throw unmet("A routing rule gives conversations to this team. Change that rule first.");
        found((await db.deleteTeam(tx, ctx.tenantId, input.id)) || null, "team");
        await audit(tx, ctx, "team.remove", input.id, { name });
        return { ok: true };
      }),
    ),

  /** Whether the member takes conversations that the routing gives. */
  taking: allowed("inbox.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ taking: await db.isTaking(tx, ctx.tenantId, ctx.session.userId) })),
  ),

  setTaking: allowed("messages.reply")
    .input(z.strictObject({ taking: z.boolean() }))
    .mutation(({ ctx, input: { taking } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        await db.setTaking(tx, ctx.tenantId, ctx.session.userId, taking);
        await audit(tx, ctx, "inbox.taking", ctx.session.userId, { taking });
        return { ok: true };
      }),
    ),

  settings: allowed("inbox.read").query(({ ctx }) =>
    ctx.inTenant((tx) => readInboxSettings(tx, ctx.tenantId)),
  ),

  /** Saves the routing rules, the working hours and the out-of-hours answer. `version`: the one that the member changed. */
  saveSettings: allowed("settings.write")
    .input(
      z.strictObject({
        version: z.int().min(0),
        routing: routingRules,
        workingHours: weekSchedule.nullable(),
        outOfHoursAnswer: optionalText(MAX_BODY_LENGTH).transform((text) => text ?? null),
      }),
    )
    .mutation(({ ctx, input: { version, ...settings } }) =>
      ctx.inTenant(async (tx): Promise<{ version: number }> => {
        await refuseFaults(tx, ctx.tenantId, settings);
        const before = await readInboxSettings(tx, ctx.tenantId);
        const change = { ...settings, seenVersion: version };
        const saved = await saveInboxSettings(tx, ctx.tenantId, ctx.session.userId, change);
        if (saved === null) throw conflict(changedBy(before.updatedBy, "these settings"));
        await audit(tx, ctx, "inbox-settings.change", ctx.tenantId, settings);
        return { version: saved };
      }),
    ),

  /** How long people waited for a first reply in the last days. */
  replyTimes: allowed("settings.read")
    .input(z.strictObject({ days: z.union([z.literal(7), z.literal(30)]).default(7) }))
    .query(({ ctx, input: { days } }) => ctx.inTenant((tx) => readReplyTimes(tx, ctx.tenantId, days))),
});

const NAME_TAKEN = "Another team has this name. Choose another name.";

async function refuseOthers(tx: TenantTransaction, tenantId: string, userIds: readonly string[]) {
  const known = new Set((await assigneesOf(tx, tenantId)).map((member) => member.id));
  if (userIds.some((userId) => !known.has(userId)))
    throw badRequest("Only members who may reply can be in a team. Choose others.");
}

type Settings = z.output<typeof routingRules>;

async function refuseFaults(
  tx: TenantTransaction,
  tenantId: string,
  {
    routing,
    workingHours,
    outOfHoursAnswer,
  }: {
    routing: Settings;
    workingHours: unknown;
    outOfHoursAnswer: string | null;
  },
): Promise<void> {
  const teams = new Set((await db.listTeams(tx, tenantId)).map((one) => one.id));
  if (routing.some(({ teamId }) => teamId !== null && !teams.has(teamId)))
    throw badRequest("A rule names a team that is no longer there. Choose another.");
  await refuseOthers(
    tx,
    tenantId,
    routing.flatMap(({ userId }) => userId ?? []),
  );
  if (outOfHoursAnswer === null) return;
  if (workingHours === null)
    throw badRequest("Set the working hours first: without them the team is never out of hours.");
  const [fault] = checkTemplate(outOfHoursAnswer, await customFieldNames(tx, tenantId)).errors;
  if (fault) throw badRequest(fault);
}

const audit = (
  tx: TenantTransaction,
  { tenantId, session }: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
) =>
  recordAudit(tx, {
    ...{ tenantId, actorId: session.userId, action, objectKind: "team inbox", objectId, detail },
  });
