import { launch } from "../faults/operators.ts";
import type { CastTenant, Part } from "../plan/cast.ts";
import type { World } from "../world/world.ts";

/** A targeted attack on one promise, always run whole: what a storm only meets now and then. */
export interface Phase {
  name: string;
  run(world: World): Promise<void>;
}

export function tenantsOf(world: World, part: Part): CastTenant[] {
  return world.tenants.filter((tenant) => tenant.part === part);
}

/** Sees to it that a tenant has so many messages due; launches campaigns until it has. */
export async function ensureLoad(world: World, tenant: CastTenant, messages: number): Promise<void> {
  const [row] = await world.operator.run(
    (sql) => sql<{ n: number }[]>`
      select coalesce(sum(jobs), 0)::int as n from campaign_counters
      where tenant_id = ${tenant.id} and status = 'queued' and reason in ('', 'Paused')`,
  );
  for (let there = row!.n; there < messages; there += tenant.people.length) await launch(world, tenant);
}
