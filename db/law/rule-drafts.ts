import type { RulePart } from "@smscrm/core/law/rule-parts";
import { isReplayed, type LawTally } from "@smscrm/core/replay/law-replay";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import type { ReplayState, RuleChangeStatus } from "../schema/index.ts";
import { insertVersions, lockAuthors, lockRules, type NewVersion, type RulesActor } from "./country-rules.ts";

/** More open drafts are a mistake; each is replayed and watched. */
export const OPEN_DRAFTS_MAX = 5;
const REPLAY_DAYS = 30;
const LISTED_MAX = 20;

/** A draft of another rule of a country. */
export interface RuleDraft {
  id: string;
  /** Counts the steps of people. */
  revision: number;
  status: RuleChangeStatus;
  country: string;
  part: RulePart;
  /** Null: as shipped. */
  body: unknown;
  source: string | null;
  checkedOn: string | null;
  note: string | null;
  validFrom: Date | null;
  draftedBy: string;
  by: string;
  draftedAt: Date;
  replayState: ReplayState;
  replay: LawTally | null;
  shadow: LawTally | null;
  shadowUntil: Date | null;
  scanned: number;
  toScan: number | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  alone: boolean;
  /** Whether the country's rules have changed since it was replayed. */
  isStale: boolean;
}

const LAST_REVISION = `coalesce((select max(r.revision) from country_rules r where r.country = c.country), 0)`;

const COLUMNS = `c.id, c.revision, c.status, c.country, c.part, c.body, c.source, c.checked_on::text as "checkedOn", c.note,
  c.valid_from as "validFrom", c.drafted_by as "draftedBy", c.by, c.created_at as "draftedAt",
  c.replay_state as "replayState", c.replay, c.shadow, c.shadow_until as "shadowUntil", c.scanned::float8 as scanned,
  c.to_scan::float8 as "toScan", c.decided_by as "decidedBy", c.decided_at as "decidedAt", c.alone,
  c.status = 'open' and c.base_revision <> ${LAST_REVISION} as "isStale"`;

/** Returns the newest drafts of a country. */
export function listDrafts(sql: Pipeline, country: string): Promise<RuleDraft[]> {
  return sql<RuleDraft[]>`
    select ${sql.unsafe(COLUMNS)} from country_rule_changes c where c.country = ${country}
    order by c.id desc limit ${LISTED_MAX}`;
}

export async function readDraft(sql: Pipeline | PipelineTransaction, id: string): Promise<RuleDraft | null> {
  const [row] = await sql<RuleDraft[]>`
    select ${sql.unsafe(COLUMNS)} from country_rule_changes c where c.id = ${id}`;
  return row ?? null;
}

/** The actor of a step: the platform's organisation has its audit entry. */
export type DraftActor = RulesActor & { userId: string; tenantId: string };

export type Drafted = { kind: "drafted"; id: string } | { kind: "overtaken" } | { kind: "too-many" };

/**
 * Stores a draft, which changes nothing. The worker replays it within seconds, where its part can be replayed. `seen`: the
 * country's last revision that its author has seen.
 */
export function draftRule(
  sql: Pipeline,
  actor: DraftActor,
  version: NewVersion,
  { validFrom, seen }: { validFrom: Date | null; seen: number },
): Promise<Drafted> {
  return transact(sql, async (tx): Promise<Drafted> => {
    await lockAuthors(tx);
    const [now] = await tx<{ last: number; open: number }[]>`
      select ${tx.unsafe(LAST_REVISION)}::float8 as last,
        (select count(*)::int from country_rule_changes where status = 'open') as open
      from (select ${version.country}::char(2) as country) c`;
    if (now!.last !== seen) return { kind: "overtaken" };
    if (now!.open >= OPEN_DRAFTS_MAX) return { kind: "too-many" };
    const { country, part, body, source, checkedOn, note } = version;
    const replays = isReplayed(part);
    const [row] = await tx<{ id: string }[]>`
      insert into country_rule_changes (country, part, body, source, checked_on, note, valid_from, base_revision,
        drafted_by, by, replay_from, replay_until, replay_state, due_at)
      select ${country}, ${part}, nullif(${tx.json(body as never)}::jsonb, 'null'::jsonb), ${source}, ${checkedOn}, ${note},
        ${validFrom}, ${seen}, ${actor.userId}, ${actor.by}, ${tx.unsafe(REPLAY_WINDOW)},
        ${replays ? "waiting" : "done"}, ${tx.unsafe(replays ? SOON : "null")}
      returning id`;
    await audit(tx, actor, "law.draft", row!.id, { country, part, source, note });
    return { kind: "drafted", id: row!.id };
  });
}

const REPLAY_WINDOW = `clock_timestamp() - interval '${REPLAY_DAYS} days', clock_timestamp()`;
/** Claims that began before are committed when the replay starts. */
const SOON = `clock_timestamp() + interval '2 seconds'`;

/** A step of a person; `overtaken`: another person's was first, so they look again. */
export type DraftStep = "done" | "overtaken" | "closed" | "not-found";
/** The draft that a person saw. */
export interface SeenDraft {
  id: string;
  revision: number;
}

/** Replays a draft again, against the rules in force now. */
export function replayDraftAgain(sql: Pipeline, actor: DraftActor, seen: SeenDraft): Promise<DraftStep> {
  return inStep(sql, actor, "law.draft-replay", seen, (tx, { part }) => {
    const replays = isReplayed(part);
    return tx`
      update country_rule_changes c set revision = revision + 1, base_revision = ${tx.unsafe(LAST_REVISION)},
        (replay_from, replay_until) = row(${tx.unsafe(REPLAY_WINDOW)}),
        replay = null, shadow = null, shadow_until = null, pass_until = null, cursor = null, scanned = 0, to_scan = null,
        started_at = null, leased_by = null, replay_state = ${replays ? "waiting" : "done"},
        due_at = ${tx.unsafe(replays ? SOON : "null")}
      where id = ${seen.id}`;
  });
}

/** Ends a replay that runs or waits. What it counted so far stays, and is not complete. */
export function cancelDraftReplay(sql: Pipeline, actor: DraftActor, seen: SeenDraft): Promise<DraftStep> {
  return inStep(sql, actor, "law.draft-cancel", seen, (tx, { replayState }) =>
    replayState === "waiting" || replayState === "running"
      ? tx`
          update country_rule_changes set revision = revision + 1, replay_state = 'canceled', leased_by = null, due_at = null
          where id = ${seen.id}`
      : null,
  );
}

export function withdrawDraft(sql: Pipeline, actor: DraftActor, seen: SeenDraft): Promise<DraftStep> {
  return inStep(sql, actor, "law.draft-withdraw", seen, (tx) =>
    close(tx, actor, seen.id, "withdrawn", false),
  );
}

/** Puts a draft in force from the next claim on, as a new version. A change of the country since is never overwritten. */
export function activateDraft(
  sql: Pipeline,
  actor: DraftActor,
  seen: SeenDraft,
  { alone, detail }: { alone: boolean; detail: Record<string, unknown> },
): Promise<DraftStep> {
  return inStep(
    sql,
    actor,
    "law.draft-activate",
    seen,
    async (tx, draft) => {
      if (draft.isStale) return null;
      const { country, part, body, source, checkedOn, note, validFrom } = draft;
      await insertVersions(tx, actor, [{ country, part, body, source, checkedOn, note }], validFrom);
      return close(tx, actor, seen.id, "active", alone);
    },
    detail,
  );
}

const close = (
  tx: PipelineTransaction,
  { by }: DraftActor,
  id: string,
  status: RuleChangeStatus,
  alone: boolean,
) => tx`
  update country_rule_changes set revision = revision + 1, status = ${status}, decided_by = ${by},
    decided_at = clock_timestamp(), due_at = null, leased_by = null, alone = ${alone}
  where id = ${id}`;

/** Runs a step of an open draft that nobody else has changed since, one author at a time; null: it is not possible now. */
function inStep(
  sql: Pipeline,
  actor: DraftActor,
  action: string,
  { id, revision }: SeenDraft,
  step: (tx: PipelineTransaction, draft: RuleDraft) => PromiseLike<unknown> | null,
  detail: Record<string, unknown> = {},
): Promise<DraftStep> {
  return transact(sql, async (tx): Promise<DraftStep> => {
    await lockRules(tx);
    const draft = await readDraft(tx, id);
    if (!draft) return "not-found";
    if (draft.status !== "open") return "closed";
    if (draft.revision !== revision) return "overtaken";
    await lockAuthors(tx);
    if ((await step(tx, draft)) === null) return "overtaken";
    const { country, part, source } = draft;
    await audit(tx, actor, action, id, { country, part, source, ...detail });
    return "done";
  });
}

async function audit(
  tx: PipelineTransaction,
  { tenantId, userId, by }: DraftActor,
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await tx`select set_config('role', 'none', true)`;
  const object = { objectKind: "country-rule-draft", objectId };
  await recordPipelineAudits(tx, [
    { tenantId, actorId: userId, action, ...object, detail: { ...detail, by } },
  ]);
}
