import type { Environment } from "../environment/environment.ts";
import { launch } from "../faults/operators.ts";
import type { Part, TestTenant } from "../plan/tenants.ts";

/** A targeted attack on one promise, always run whole; a storm would rarely hit it. */
export interface Phase {
  name: string;
  run(environment: Environment): Promise<void>;
}

export function tenantsOf(environment: Environment, part: Part): TestTenant[] {
  return environment.tenants.filter((tenant) => tenant.part === part);
}

/** Ensures that a tenant has this many messages due or about to be frozen; launches campaigns until it has. */
export async function ensureLoad(
  environment: Environment,
  tenant: TestTenant,
  messages: number,
): Promise<void> {
  const [row] = await environment.operator.run(
    (sql) => sql<{ queued: number; launching: number }[]>`
      select
        (select coalesce(sum(jobs), 0)::int from campaign_counters
          where tenant_id = ${tenant.id} and status = 'queued' and reason in ('', 'Paused')) as queued,
        (select count(*)::int from campaigns where tenant_id = ${tenant.id} and status = 'launching') as launching`,
  );
  const audience = tenant.people.length;
  for (let there = row!.queued + row!.launching * audience; there < messages; there += audience) {
    await launch(environment, tenant);
  }
}
