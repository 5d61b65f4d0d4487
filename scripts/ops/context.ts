import { hostname, userInfo } from "node:os";
import { databaseSettings, parseEnvironment, processSettings, queueSettings } from "@smscrm/core/environment";
import { openPipeline, openTenantDatabase, type Pipeline, type TenantDatabase } from "@smscrm/db/connection";
import { z } from "zod";

const schema = z.object({ ...processSettings, ...databaseSettings, ...queueSettings });

/** What a command at the server's console works with. */
export interface OpsContext {
  environment: z.output<typeof schema>;
  sql: Pipeline;
  database: TenantDatabase;
  /** Who is written into the audit log: the system's user and machine. */
  by: string;
  /** The tenant that was named, or null for every one. */
  tenantId: string | null;
  say: (line: string) => void;
}

/** A refusal in one sentence; anything else that is thrown is a fault of ours or of the database. */
export class OpsRefusal extends Error {
  override readonly name = "OpsRefusal";
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface TenantChoice {
  tenant?: string | undefined;
  all?: boolean | undefined;
}

/** `--tenant ID` or `--all`: which one is said and never guessed, where it matters. */
export function chosenTenant({ tenant, all }: TenantChoice): string | null {
  if (tenant && all) throw new OpsRefusal("Say either --all or --tenant ID.");
  if (all) return null;
  if (!tenant) throw new OpsRefusal("Say whom it is for: --all, or --tenant ID.");
  if (!UUID.test(tenant)) throw new OpsRefusal(`${tenant} is no tenant's id: pnpm ops health lists them.`);
  return tenant.toLowerCase();
}

export function openContext(tenantId: string | null, env: NodeJS.ProcessEnv): OpsContext {
  // The console may be on another machine than what production must have, so production's own demands do not apply.
  const parsed = parseEnvironment(schema, { ...env, NODE_ENV: undefined });
  if (!parsed.ok) throw new OpsRefusal(parsed.faults.join("\n"));
  const { DATABASE_URL } = parsed.value;
  return {
    environment: parsed.value,
    sql: openPipeline(DATABASE_URL, { name: "smscrm ops", max: 2 }),
    database: openTenantDatabase(DATABASE_URL, { name: "smscrm ops", max: 2 }),
    by: `${userInfo().username}@${hostname()}`,
    tenantId,
    say: (line) => console.log(line),
  };
}

export async function closeContext({ sql, database }: OpsContext): Promise<void> {
  await Promise.allSettled([sql.end({ timeout: 5 }), database.close()]);
}
