import { and, eq, sql } from "drizzle-orm";
import { recordAudit } from "../audit/audit.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import { suppressionLists, suppressionVersions } from "../schema/index.ts";

export interface UploadBegun {
  versionId: string;
  register: string;
  country: string;
  /** How many numbers the version in force has; null: none is. */
  numbersNow: number | null;
}

/** An upload without a batch for this long was cut off, and does not count as open. */
const CUT_OFF_MINUTES = 10;

/** Begins the upload of a new version, which changes nothing for any message until it takes over. */
export async function beginVersion(
  tx: TenantTransaction,
  tenantId: string,
  listId: string,
  file: { fileName: string; downloadedOn: string; uploadedBy: string },
  { openMax, perDayMax }: { openMax: number; perDayMax: number },
): Promise<UploadBegun | "no-list" | "too-many"> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.suppression + tenantId}, 0))`,
  );
  const [list] = await tx
    .select({
      register: suppressionLists.register,
      country: suppressionLists.country,
      numbersNow: suppressionVersions.numbers,
    })
    .from(suppressionLists)
    .leftJoin(suppressionVersions, eq(suppressionVersions.id, suppressionLists.versionId))
    .where(and(eq(suppressionLists.tenantId, tenantId), eq(suppressionLists.id, listId)));
  if (!list) return "no-list";
  const [open] = await tx.execute<{ open: number; today: number }>(sql`
    select count(*) filter (where active_at is null
        and touched_at > clock_timestamp() - make_interval(mins => ${CUT_OFF_MINUTES}))::int as open,
      count(*) filter (where created_at > clock_timestamp() - interval '1 day')::int as today
    from suppression_versions where tenant_id = ${tenantId}
      and (created_at > clock_timestamp() - interval '1 day' or active_at is null)`);
  if (open!.open >= openMax || open!.today >= perDayMax) return "too-many";
  const [version] = await tx
    .insert(suppressionVersions)
    .values({ tenantId, listId, ...file })
    .returning({ id: suppressionVersions.id });
  return { versionId: version!.id, ...list };
}

/** Adds numbers in E.164 to a version that is being uploaded, as one statement. Returns how many were new. */
export async function addNumbers(
  tx: TenantTransaction,
  tenantId: string,
  versionId: string,
  phones: readonly string[],
): Promise<number> {
  const [row] = await tx.execute<{ added: number }>(sql`
    select add_suppressed(${tenantId}, ${versionId}, ${sql.param(phones)}::text[]) as added`);
  return row!.added;
}

/** Ends an upload that was refused or cut off: it counts as open no longer, and a sweep deletes its numbers. */
export async function abandonVersion(
  tx: TenantTransaction,
  tenantId: string,
  versionId: string,
): Promise<void> {
  await tx.execute(sql`
    update suppression_versions set touched_at = '2000-01-01Z'
    where tenant_id = ${tenantId} and id = ${versionId} and active_at is null`);
}

/**
 * Lets a version take over, from the commit on: claims read the one before or this one, never a part. False if the list
 * was removed, or if a later upload took over already.
 */
export async function activateVersion(
  tx: TenantTransaction,
  tenantId: string,
  { versionId, listId }: { versionId: string; listId: string },
  { expiresAt, clean, unreadable }: { expiresAt: Date | null; clean: number; unreadable: number },
): Promise<boolean> {
  const [list] = await tx.execute<{ versionId: string | null; name: string }>(sql`
    select version_id as "versionId", name from suppression_lists
    where tenant_id = ${tenantId} and id = ${listId} for no key update`);
  // Ids of versions are in order of time: an upload that began earlier never replaces one that began later.
  if (!list || (list.versionId !== null && list.versionId > versionId)) return false;
  const [version] = await tx
    .update(suppressionVersions)
    .set({ expiresAt, clean, unreadable, activeAt: sql`clock_timestamp()` })
    .where(and(eq(suppressionVersions.tenantId, tenantId), eq(suppressionVersions.id, versionId)))
    .returning({
      numbers: suppressionVersions.numbers,
      uploadedBy: suppressionVersions.uploadedBy,
      downloadedOn: suppressionVersions.downloadedOn,
    });
  await tx
    .update(suppressionLists)
    .set({ versionId })
    .where(and(eq(suppressionLists.tenantId, tenantId), eq(suppressionLists.id, listId)));
  await recordAudit(tx, {
    ...{ tenantId, actorId: version!.uploadedBy, action: "suppression.upload" },
    ...{ objectKind: "suppression-list", objectId: listId },
    detail: {
      name: list.name,
      numbers: version!.numbers,
      downloadedOn: version!.downloadedOn,
      clean,
      unreadable,
    },
  });
  return true;
}
