import type { RuleVersion } from "@smscrm/core/law/rule-book";
import type { RulePart } from "@smscrm/core/law/rule-parts";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";

/** A version as the platform's pages show it. */
export type ShownVersion = RuleVersion & { by: string; createdAt: Date };

const COLUMNS = `id, country, part, body, source, checked_on::text as "checkedOn", note, valid_from as "validFrom",
  revision::int as revision, by, created_at as "createdAt"`;

/** Returns the versions of one country, newest first. */
export function listVersions(sql: Pipeline, country: string, limit: number): Promise<ShownVersion[]> {
  return sql<ShownVersion[]>`
    select ${sql.unsafe(COLUMNS)} from country_rules where country = ${country} order by revision desc limit ${limit}`;
}

/** Returns the versions that are in force now or will be, of one country or of all, by country and part. */
export function listCurrent(sql: Pipeline, country: string | null = null): Promise<ShownVersion[]> {
  return sql<ShownVersion[]>`
    select ${sql.unsafe(COLUMNS)} from country_rules c
    where (${country}::text is null or c.country = ${country}) and c.revision >= coalesce((
      select max(begun.revision) from country_rules begun
      where begun.country = c.country and begun.part = c.part and begun.valid_from <= statement_timestamp()), 0)
    order by c.country, c.part, c.revision limit 10000`;
}

/** A change that began to be written this long before is committed: claims know it. */
const COMMITTED_HOURS = 1;

/** Returns the versions by which claims decided since a time: of each part the last one then, and all later ones. */
export async function listVersionsSince(sql: Pipeline, since: Date): Promise<RuleVersion[]> {
  return sql<RuleVersion[]>`
    select id, country, part, body, source, checked_on::text as "checkedOn", note, valid_from as "validFrom",
      revision::int as revision
    from country_rules c where c.revision >= coalesce((
      select max(begun.revision) from country_rules begun
      where begun.country = c.country and begun.part = c.part
        and begun.valid_from <= ${since}::timestamptz - make_interval(hours => ${COMMITTED_HOURS})), 0)
    order by c.revision`;
}

/** A version to write. */
export interface NewVersion {
  country: string;
  part: RulePart;
  /** Null: as shipped. */
  body: unknown;
  source: string | null;
  checkedOn: string | null;
  note: string | null;
}

export interface RulesActor {
  by: string;
  userId: string | null;
  /** The platform's own organisation, in whose audit log it stands; null: there is none yet. */
  tenantId: string | null;
}

export type Written =
  | { outcome: "written"; revisions: number[] }
  | { outcome: "changed"; by: string; at: Date };

/**
 * Writes versions that hold from `validFrom` on, at the earliest from now; all or none. `basedOn` is the last revision of
 * the first version's country that the author has seen, 0 for none: after somebody else's change nothing is written.
 * Null: it does not matter.
 */
export function writeVersions(
  sql: Pipeline,
  actor: RulesActor,
  versions: readonly NewVersion[],
  { validFrom, basedOn }: { validFrom: Date | null; basedOn: Readonly<Record<string, number>> },
): Promise<Written> {
  return transact(sql, async (tx): Promise<Written> => {
    await lockAuthors(tx);
    const changed = await changedSince(tx, basedOn);
    if (changed) return { outcome: "changed", ...changed };
    const written = await insertVersions(tx, actor, versions, validFrom);
    await tx`select set_config('role', 'none', true)`;
    if (actor.tenantId !== null) await note(tx, actor, versions, written);
    return { outcome: "written", revisions: written.map(({ revision }) => revision) };
  });
}

type WrittenVersion = { id: string; revision: number; validFrom: Date };

/** Inserts versions in a transaction of the platform's role that holds the authors' lock. */
export function insertVersions(
  tx: PipelineTransaction,
  actor: RulesActor,
  versions: readonly NewVersion[],
  validFrom: Date | null,
): Promise<WrittenVersion[]> {
  const rows = versions.map((version) => ({ ...version, checked_on: version.checkedOn }));
  return tx<WrittenVersion[]>`
      insert into country_rules (country, part, body, source, checked_on, note, valid_from, made_by, by)
      select country, part, nullif(body, 'null'::jsonb), source, checked_on, note,
        coalesce(${validFrom}::timestamptz, clock_timestamp()), ${actor.userId}, ${actor.by}
      from jsonb_to_recordset(${tx.json(rows as never)}) as r (country text, part text, body jsonb, source text,
        checked_on date, note text)
      returning id, revision::int as revision, valid_from as "validFrom"`;
}

/** Takes the platform's role, and lets one author at a time change rules: the next one sees what this one wrote. */
export async function lockAuthors(tx: PipelineTransaction): Promise<void> {
  await lockRules(tx);
  await tx`select set_config('role', 'smscrm_platform', true)`;
}

/** Lets one author at a time change rules. */
export async function lockRules(tx: PipelineTransaction): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.countryRules}, 0))`;
}

async function changedSince(
  tx: PipelineTransaction,
  basedOn: Readonly<Record<string, number>>,
): Promise<{ by: string; at: Date } | null> {
  const [newer] = await tx<{ by: string; at: Date }[]>`
    select r.by, r.created_at as at
    from jsonb_each_text(${tx.json(basedOn)}) as seen (country, revision)
    join country_rules r on r.country = seen.country and r.revision > seen.revision::bigint
    order by r.revision desc limit 1`;
  return newer ?? null;
}

async function note(
  tx: PipelineTransaction,
  { tenantId, userId, by }: RulesActor,
  versions: readonly NewVersion[],
  written: readonly WrittenVersion[],
): Promise<void> {
  await recordPipelineAudits(
    tx,
    versions.map(({ country, part, body, source }, at) => ({
      tenantId: tenantId!,
      actorId: userId,
      action: body === null ? "law.withdraw" : "law.change",
      objectKind: "country",
      objectId: country,
      detail: {
        part,
        source,
        revision: written[at]!.revision,
        version: written[at]!.id,
        validFrom: written[at]!.validFrom.toISOString(),
        by,
      },
    })),
  );
}
