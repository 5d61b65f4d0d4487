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

/** Sees to it that a tenant has so many messages due, or about to be frozen into jobs; launches campaigns until it has. */
export async function ensureLoad(world: World, tenant: CastTenant, messages: number): Promise<void> {
  const [row] = await world.operator.run(
    (sql) => sql<{ queued: number; launching: number }[]>`
      select
        (select coalesce(sum(jobs), 0)::int from campaign_counters
          where tenant_id = ${tenant.id} and status = 'queued' and reason in ('', 'Paused')) as queued,
        (select count(*)::int from campaigns where tenant_id = ${tenant.id} and status = 'launching') as launching`,
  );
  const audience = tenant.people.length;
  for (let there = row!.queued + row!.launching * audience; there < messages; there += audience) {
    await launch(world, tenant);
  }
}
