import { and, desc, eq, gte, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { auditLog, memberships, users } from "../schema/index.ts";
import { objectNames } from "./object-names.ts";

export interface AuditEntry {
  id: number;
  at: Date;
  /** Null where the program itself, the console or a recipient acted. */
  actorId: string | null;
  actor: string | null;
  action: string;
  objectKind: string;
  objectId: string | null;
  /** What people call the object now, such as the campaign's name; null if it has no name or is gone. */
  objectName: string | null;
  detail: Record<string, unknown>;
}

/** Which entries are wanted; what is left out does not matter. */
export interface AuditFilter {
  /** A person's id, or "system" for what the program, the console or a recipient did. */
  actor?: string | null | undefined;
  /** The first word of an action: "campaign" for `campaign.launch` and its like. */
  noun?: string | null | undefined;
  object?: { kind: string; id: string } | null | undefined;
  since?: Date | null | undefined;
  until?: Date | null | undefined;
}

/** Returns a page of the log, newest first. */
export async function listAuditEntries(
  tx: TenantTransaction,
  tenantId: string,
  filter: AuditFilter,
  { cursor, limit }: PageRequest,
): Promise<Page<AuditEntry>> {
  const rows = await tx
    .select({
      id: auditLog.id,
      at: auditLog.createdAt,
      actorId: auditLog.actorId,
      actor: users.name,
      action: auditLog.action,
      objectKind: auditLog.objectKind,
      objectId: auditLog.objectId,
      detail: auditLog.detail,
    })
    .from(auditLog)
    .leftJoin(users, eq(users.id, auditLog.actorId))
    .where(
      and(
        eq(auditLog.tenantId, tenantId),
        cursor ? lt(auditLog.id, Number(cursor)) : undefined,
        ...conditionsOf(filter),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(limit + 1);
  const page = pageOf(rows, limit, (row) => String(row.id));
  const names = await objectNames(tx, tenantId, page.items);
  return {
    ...page,
    items: page.items.map((row) => ({ ...row, objectName: names.get(row.objectId ?? "") ?? null })),
  };
}

/** Returns who may be chosen as a filter: the members of today, by name. */
export async function listActors(
  tx: TenantTransaction,
  tenantId: string,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  return tx
    .select({ id: users.id, name: users.name })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(eq(memberships.tenantId, tenantId))
    .orderBy(users.name, users.id)
    .limit(limit);
}

function conditionsOf({ actor, noun, object, since, until }: AuditFilter): (SQL | undefined)[] {
  return [
    actor === "system" ? isNull(auditLog.actorId) : actor ? eq(auditLog.actorId, actor) : undefined,
    noun ? sql`split_part(${auditLog.action}, '.', 1) = ${noun}` : undefined,
    ...(object ? [eq(auditLog.objectKind, object.kind), eq(auditLog.objectId, object.id)] : []),
    since ? gte(auditLog.createdAt, since) : undefined,
    until ? lt(auditLog.createdAt, until) : undefined,
  ];
}
