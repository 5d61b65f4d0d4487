import type { LanguageSettings } from "@smscrm/core/text/language";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** Returns where contacts' languages come from, and locks it until the end of the transaction. */
export async function lockLanguages(tx: TenantTransaction, tenantId: string): Promise<LanguageSettings> {
  const [row] = await tx.execute<{ languages: LanguageSettings }>(
    sql`select languages from tenants where id = ${tenantId} for no key update`,
  );
  return row!.languages;
}

export async function readLanguages(tx: TenantTransaction, tenantId: string): Promise<LanguageSettings> {
  const [row] = await tx.execute<{ languages: LanguageSettings }>(
    sql`select languages from tenants where id = ${tenantId}`,
  );
  return row!.languages;
}

export async function saveLanguages(
  tx: TenantTransaction,
  tenantId: string,
  languages: LanguageSettings,
): Promise<void> {
  await tx.execute(sql`
    update tenants set languages = ${JSON.stringify(languages)}::text::jsonb where id = ${tenantId}`);
}
