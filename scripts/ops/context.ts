import { hostname, userInfo } from "node:os";
import {
  ownerSettings,
  ownerUrl,
  parseEnvironment,
  processSettings,
  queueSettings,
} from "@smscrm/core/process/environment";
import { apiPipelineUrl } from "@smscrm/db/logins/logins";
import {
  openPipeline,
  openTenantDatabase,
  type Pipeline,
  type TenantDatabase,
} from "@smscrm/db/postgres/connection";
import { z } from "zod";

const schema = z.object({
  ...processSettings,
  ...ownerSettings,
  ...queueSettings,
  /** Where the console reaches the API and the worker: if it runs in its own container, they are on other hosts. */
  API_HOST: z.string().default("127.0.0.1"),
  WORKER_HOST: z.string().default("127.0.0.1"),
});

/** What a console command needs. */
export interface OpsContext {
  environment: z.output<typeof schema>;
  sql: Pipeline;
  database: TenantDatabase;
  /** Who the audit log names: the system's user and machine. */
  by: string;
  /** The named tenant, or null for all. */
  tenantId: string | null;
  say: (line: string) => void;
}

/** A refusal in one sentence. Any other error is a fault of the program or of the database. */
export class OpsRefusal extends Error {
  override readonly name = "OpsRefusal";
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface TenantChoice {
  tenant?: string | undefined;
  all?: boolean | undefined;
}

/** Returns the tenant of `--tenant ID`, or null for `--all`. One of them is required, never guessed. */
export function chosenTenant({ tenant, all }: TenantChoice): string | null {
  if (tenant && all) throw new OpsRefusal("Give either --all or --tenant ID, not both.");
  if (all) return null;
  if (!tenant) throw new OpsRefusal("Choose the tenants: --all, or --tenant ID.");
  if (!UUID.test(tenant)) throw new OpsRefusal(`${tenant} is not a tenant's id. pnpm ops health lists them.`);
  return tenant.toLowerCase();
}

export function openContext(tenantId: string | null, env: NodeJS.ProcessEnv): OpsContext {
  // The console may be on another machine than the processes, so it does not need all that production requires.
  const parsed = parseEnvironment(schema, { ...env, NODE_ENV: undefined });
  if (!parsed.ok) throw new OpsRefusal(parsed.faults.join("\n"));
  const url = ownerUrl(parsed.value);
  return {
    // Drain asks the queue, which may be in the same database.
    environment: { ...parsed.value, DATABASE_URL: url },
    // In the API's container the address may be the API's.
    sql: openPipeline(apiPipelineUrl(url), { name: "smscrm ops", max: 2 }),
    database: openTenantDatabase(url, { name: "smscrm ops", max: 2 }),
    by: `${userInfo().username}@${hostname()}`,
    tenantId,
    say: (line) => console.log(line),
  };
}

export async function closeContext({ sql, database }: OpsContext): Promise<void> {
  await Promise.allSettled([sql.end({ timeout: 5 }), database.close()]);
}
