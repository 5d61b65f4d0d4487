import { and, asc, eq, inArray } from "drizzle-orm";
import type { PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";
import { contactPreferences, users } from "../schema/index.ts";

/** A purpose or topic that a person refused: its key (core/consent/preferences.ts), and how that is known. */
export interface Preference {
  subject: string;
  source: string;
  note: string | null;
  createdAt: Date;
  recordedBy: string | null;
}

export function listPreferences(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<Preference[]> {
  return tx
    .select({
      subject: contactPreferences.subject,
      source: contactPreferences.source,
      note: contactPreferences.note,
      createdAt: contactPreferences.createdAt,
      recordedBy: users.name,
    })
    .from(contactPreferences)
    .leftJoin(users, eq(users.id, contactPreferences.recordedBy))
    .where(and(eq(contactPreferences.tenantId, tenantId), eq(contactPreferences.phoneE164, phone)))
    .orderBy(asc(contactPreferences.subject));
}

/** Why a subject is refused, and who says so. */
export interface Refusing {
  source: "reply" | "operator";
  note: string;
  recordedBy: string | null;
}

/** Records refused subjects. Takes effect at the commit. Returns those that were not refused before. */
export async function refuseSubjects(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  subjects: readonly string[],
  refusing: Refusing,
): Promise<string[]> {
  if (subjects.length === 0) return [];
  const added = await tx
    .insert(contactPreferences)
    .values(subjects.map((subject) => ({ tenantId, phoneE164: phone, subject, ...refusing })))
    .onConflictDoNothing()
    .returning({ subject: contactPreferences.subject });
  return added.map(({ subject }) => subject);
}

/** The same in a transaction of the pipeline. */
export async function refuseByReply(
  tx: PipelineTransaction,
  tenantId: string,
  phone: string,
  subjects: readonly string[],
  note: string,
): Promise<string[]> {
  const added = await tx<{ subject: string }[]>`
    insert into contact_preferences (tenant_id, phone_e164, subject, source, note)
    select ${tenantId}, ${phone}, subject, 'reply', ${note} from unnest(${subjects as string[]}::text[]) as s (subject)
    on conflict do nothing returning subject`;
  return added.map(({ subject }) => subject);
}

/** Lifts refused subjects. Returns those that were refused. */
export async function liftSubjects(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  subjects: readonly string[],
): Promise<string[]> {
  if (subjects.length === 0) return [];
  const lifted = await tx
    .delete(contactPreferences)
    .where(
      and(
        eq(contactPreferences.tenantId, tenantId),
        eq(contactPreferences.phoneE164, phone),
        inArray(contactPreferences.subject, [...subjects]),
      ),
    )
    .returning({ subject: contactPreferences.subject });
  return lifted.map(({ subject }) => subject);
}
