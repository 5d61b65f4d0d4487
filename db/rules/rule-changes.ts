import { may } from "@smscrm/core/process/roles";
import {
  changedRules,
  loosenedRules,
  type RulesInForce,
  type SendingRules,
} from "@smscrm/core/replay/sending-rules";
import type { Tally } from "@smscrm/core/replay/tally";
import { and, desc, eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import {
  campaigns,
  type ReplayState,
  type RuleChangeStatus,
  ruleChanges,
  ruleVersions,
  tenants,
  users,
} from "../schema/index.ts";
import { updateSettings } from "../tenants/settings.ts";
import { listPeople } from "../users/members.ts";

/** More open drafts are a mistake; each is replayed and watched. */
export const OPEN_CHANGES_MAX = 5;
const REPLAY_DAYS = 30;
const LISTED_MAX = 20;

export interface RuleChange {
  id: string;
  /** Counts the steps of people. */
  revision: number;
  status: RuleChangeStatus;
  note: string;
  before: SendingRules;
  after: Partial<SendingRules>;
  draftedBy: { id: string; name: string | null };
  draftedAt: Date;
  replayFrom: Date;
  replayUntil: Date;
  replayState: ReplayState;
  replay: Tally | null;
  shadow: Tally | null;
  shadowUntil: Date | null;
  scanned: number;
  toScan: number | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  alone: boolean;
  /** Whether the rules in force have changed since it was replayed. */
  isStale: boolean;
}

const decider = sql<string | null>`(select name from users d where d.id = ${ruleChanges.decidedBy})`;

const CHANGE = {
  id: ruleChanges.id,
  revision: ruleChanges.revision,
  status: ruleChanges.status,
  note: ruleChanges.note,
  before: ruleChanges.before,
  after: ruleChanges.after,
  draftedBy: { id: ruleChanges.draftedBy, name: users.name },
  draftedAt: ruleChanges.createdAt,
  replayFrom: ruleChanges.replayFrom,
  replayUntil: ruleChanges.replayUntil,
  replayState: ruleChanges.replayState,
  replay: ruleChanges.replay,
  shadow: ruleChanges.shadow,
  shadowUntil: ruleChanges.shadowUntil,
  scanned: ruleChanges.scanned,
  toScan: ruleChanges.toScan,
  decidedBy: decider,
  decidedAt: ruleChanges.decidedAt,
  alone: ruleChanges.alone,
  isStale: sql<boolean>`${ruleChanges.status} = 'open' and ${ruleChanges.baseRevision} <> ${tenants.rulesRevision}`,
};

const selectChanges = (tx: TenantTransaction) =>
  tx
    .select(CHANGE)
    .from(ruleChanges)
    .innerJoin(tenants, eq(tenants.id, ruleChanges.tenantId))
    .leftJoin(users, eq(users.id, ruleChanges.draftedBy));

/** Returns the newest changes, without their results. */
export async function listRuleChanges(tx: TenantTransaction, tenantId: string): Promise<RuleChange[]> {
  return selectChanges(tx)
    .where(eq(ruleChanges.tenantId, tenantId))
    .orderBy(desc(ruleChanges.id))
    .limit(LISTED_MAX);
}

export async function readRuleChange(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<RuleChange | null> {
  const [row] = await selectChanges(tx).where(
    and(eq(ruleChanges.tenantId, tenantId), eq(ruleChanges.id, id)),
  );
  return row ?? null;
}

/** Returns the names of a result's campaigns, to show them. Replies and tests have no page. */
export async function namesOfCampaigns(
  tx: TenantTransaction,
  tenantId: string,
  ids: readonly string[],
): Promise<{ id: string; name: string; isCampaign: boolean }[]> {
  if (ids.length === 0) return [];
  return tx
    .select({
      id: campaigns.id,
      name: campaigns.name,
      isCampaign: sql<boolean>`${campaigns.kind} = 'campaign'`,
    })
    .from(campaigns)
    .where(and(eq(campaigns.tenantId, tenantId), sql`${campaigns.id} = any(${sql.param([...ids])}::uuid[])`));
}

export interface RuleVersion {
  revision: number;
  rules: RulesInForce;
  fromAt: Date;
  /** Null: the platform's operator, or SQL by hand. */
  changedBy: string | null;
  ruleChangeId: string | null;
}

/** Returns the newest versions of the sending rules. */
export function listRuleVersions(tx: TenantTransaction, tenantId: string): Promise<RuleVersion[]> {
  return tx
    .select({
      revision: ruleVersions.revision,
      rules: ruleVersions.rules,
      fromAt: ruleVersions.fromAt,
      changedBy: users.name,
      ruleChangeId: ruleVersions.ruleChangeId,
    })
    .from(ruleVersions)
    .leftJoin(users, eq(users.id, ruleVersions.changedBy))
    .where(eq(ruleVersions.tenantId, tenantId))
    .orderBy(desc(ruleVersions.revision))
    .limit(LISTED_MAX);
}

export interface RulesNow {
  rules: SendingRules;
  revision: number;
  needSecondPerson: boolean;
}

const selectRules = (tx: TenantTransaction, tenantId: string) =>
  tx
    .select({
      ...{ timezone: tenants.timezone, country: tenants.country, quietHours: tenants.quietHours },
      ...{ destinationHours: tenants.destinationHours, trustTenantZone: tenants.trustTenantZone },
      ...{ capPerDay: tenants.capPerDay, capPerWeek: tenants.capPerWeek },
      revision: tenants.rulesRevision,
      needSecondPerson: tenants.rulesNeedSecondPerson,
    })
    .from(tenants)
    .where(eq(tenants.id, tenantId));

const nowOf = ([row]: Awaited<ReturnType<typeof selectRules>>): RulesNow => {
  const { revision, needSecondPerson, ...rules } = row!;
  return { rules, revision, needSecondPerson };
};

export async function readRules(tx: TenantTransaction, tenantId: string): Promise<RulesNow> {
  return nowOf(await selectRules(tx, tenantId));
}

/** Reads the rules in force and locks them against other changes until the end of the transaction. No claim waits. */
export async function lockRules(tx: TenantTransaction, tenantId: string): Promise<RulesNow> {
  return nowOf(await selectRules(tx, tenantId).for("no key update"));
}

/** Returns the members who may activate a change, but this one. */
export async function otherActivators(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
): Promise<{ userId: string; name: string }[]> {
  const people = await listPeople(tx, tenantId);
  return people.filter((person) => person.userId !== userId && may(person, "settings.write"));
}

export type Drafted = { kind: "drafted"; id: string } | { kind: "nothing-changes" } | { kind: "too-many" };

/** Stores a draft. The worker replays it within seconds. */
export async function draftRuleChange(
  tx: TenantTransaction,
  tenantId: string,
  { change, note, by }: { change: Partial<SendingRules>; note: string; by: string },
): Promise<Drafted> {
  const { rules, revision } = await lockRules(tx, tenantId);
  const changed = changedRules(rules, change);
  if (changed.length === 0) return { kind: "nothing-changes" };
  const open = await tx.$count(
    ruleChanges,
    and(eq(ruleChanges.tenantId, tenantId), eq(ruleChanges.status, "open")),
  );
  if (open >= OPEN_CHANGES_MAX) return { kind: "too-many" };
  const [row] = await tx
    .insert(ruleChanges)
    .values({
      ...{ tenantId, note, draftedBy: by, baseRevision: revision, before: rules },
      after: Object.fromEntries(changed.map((name) => [name, change[name]])),
      ...replayWindow(),
    })
    .returning({ id: ruleChanges.id });
  return { kind: "drafted", id: row!.id };
}

/** Claims that began before are committed when the replay starts. */
const replayWindow = () => ({
  replayFrom: sql`clock_timestamp() - make_interval(days => ${REPLAY_DAYS})`,
  replayUntil: sql`clock_timestamp()`,
  dueAt: sql`clock_timestamp() + interval '2 seconds'`,
});

/** A step of a person; `overtaken`: another person's was first, so they look again. */
export type Step = "done" | "overtaken" | "closed" | "not-found";
/** The change that a person saw. */
export interface Seen {
  id: string;
  revision: number;
}

const FRESH = { replay: null, shadow: null, shadowUntil: null, passUntil: null, cursor: null, scanned: 0 };

/** Replays a draft again, against the rules in force now. */
export async function replayAgain(tx: TenantTransaction, tenantId: string, seen: Seen): Promise<Step> {
  const { rules, revision } = await lockRules(tx, tenantId);
  return takeStep(tx, tenantId, seen, {
    ...FRESH,
    ...replayWindow(),
    ...{ toScan: null, leasedBy: null, replayState: "waiting", baseRevision: revision, before: rules },
  });
}

/** Ends a replay that runs or waits. What it counted so far stays, and is not complete. */
export function cancelReplay(tx: TenantTransaction, tenantId: string, seen: Seen): Promise<Step> {
  return takeStep(
    tx,
    tenantId,
    seen,
    { replayState: "canceled", leasedBy: null, dueAt: null },
    sql`${ruleChanges.replayState} in ('waiting', 'running')`,
  );
}

export function withdrawRuleChange(
  tx: TenantTransaction,
  tenantId: string,
  seen: Seen,
  by: string,
): Promise<Step> {
  return takeStep(tx, tenantId, seen, closed("withdrawn", by));
}

const closed = (status: RuleChangeStatus, by: string) => ({
  ...{ status, decidedBy: by, decidedAt: sql`clock_timestamp()`, dueAt: null, leasedBy: null },
});

type Columns = Parameters<ReturnType<TenantTransaction["update"]>["set"]>[0];

async function takeStep(
  tx: TenantTransaction,
  tenantId: string,
  { id, revision }: Seen,
  columns: Columns,
  also = sql`true`,
): Promise<Step> {
  const own = and(eq(ruleChanges.tenantId, tenantId), eq(ruleChanges.id, id));
  const changed = await tx
    .update(ruleChanges)
    .set({ ...columns, revision: sql`${ruleChanges.revision} + 1` })
    .where(and(own, eq(ruleChanges.status, "open"), eq(ruleChanges.revision, revision), also))
    .returning({ id: ruleChanges.id });
  if (changed.length > 0) return "done";
  const [row] = await tx.select({ status: ruleChanges.status }).from(ruleChanges).where(own);
  if (!row) return "not-found";
  return row.status === "open" ? "overtaken" : "closed";
}

/** What the activation of a change must know, read under the lock of the rules. */
export interface Activation {
  change: RuleChange;
  now: RulesNow;
  /** The rules that would let go what is held today. */
  loosens: ReturnType<typeof loosenedRules>;
}

export async function readActivation(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<Activation | null> {
  const now = await lockRules(tx, tenantId);
  const change = await readRuleChange(tx, tenantId, id);
  return change && { change, now, loosens: loosenedRules(now.rules, change.after) };
}

/** Puts a draft's rules in force with the next claim, as a new version. */
export async function activateRuleChange(
  tx: TenantTransaction,
  tenantId: string,
  seen: Seen,
  { rules, by, alone }: { rules: Partial<SendingRules>; by: string; alone: boolean },
): Promise<Step> {
  const step = await takeStep(tx, tenantId, seen, { ...closed("active", by), alone });
  if (step === "done") await updateSettings(tx, tenantId, rules, { userId: by, ruleChangeId: seen.id });
  return step;
}
