import { randomBytes } from "node:crypto";
import { and, asc, eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import { signUpForms } from "../schema/index.ts";

/** A public form by which people ask for marketing. */
export interface SignUpForm {
  id: string;
  /** The last part of its address. */
  address: string;
  name: string;
  wording: string;
  question: string;
  /** Topics of marketing; null: every topic. */
  topics: string[] | null;
  version: number;
  isOpen: boolean;
}

const SHOWN = {
  id: signUpForms.id,
  address: signUpForms.address,
  name: signUpForms.name,
  wording: signUpForms.wording,
  question: signUpForms.question,
  topics: signUpForms.topics,
  version: signUpForms.version,
  isOpen: signUpForms.isOpen,
};

export function listSignUpForms(tx: TenantTransaction, tenantId: string): Promise<SignUpForm[]> {
  return tx
    .select(SHOWN)
    .from(signUpForms)
    .where(eq(signUpForms.tenantId, tenantId))
    .orderBy(asc(signUpForms.id));
}

type Terms = Pick<SignUpForm, "name" | "wording" | "question" | "topics">;

/** Adds a form with an address that nobody can guess. Null: the tenant has as many as it may. */
export async function addSignUpForm(
  tx: TenantTransaction,
  tenantId: string,
  terms: Terms,
  createdBy: string,
  formsMax: number,
): Promise<SignUpForm | null> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.signUpForms + tenantId}, 0))`,
  );
  const known = await listSignUpForms(tx, tenantId);
  if (known.length >= formsMax) return null;
  const address = randomBytes(9).toString("base64url");
  const [added] = await tx
    .insert(signUpForms)
    .values({ tenantId, address, createdBy, ...terms })
    .returning(SHOWN);
  return added!;
}

/**
 * Changes a form, or opens and closes it. What people agree to gets a new version. Null: no such form, or somebody else
 * changed it since `version`.
 */
export async function changeSignUpForm(
  tx: TenantTransaction,
  tenantId: string,
  { id, version, isOpen, ...terms }: Terms & Pick<SignUpForm, "id" | "version" | "isOpen">,
): Promise<SignUpForm | null> {
  const [changed] = await tx
    .update(signUpForms)
    .set({ ...terms, isOpen, version: version + 1, changedAt: sql`clock_timestamp()` })
    .where(and(eq(signUpForms.tenantId, tenantId), eq(signUpForms.id, id), eq(signUpForms.version, version)))
    .returning(SHOWN);
  return changed ?? null;
}
