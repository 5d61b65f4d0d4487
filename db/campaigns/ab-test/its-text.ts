import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { variantOf } from "../first-part/draws.ts";

/** Which text of an A/B test a message has, and why. */
export interface ItsText {
  /** Null: it waits for the choice. */
  variant: number | null;
  /** Whether it has the text that the launch gave it for the test; otherwise the one that was chosen. */
  isInTest: boolean;
  /** Why the text was chosen; null: none was. */
  sentence: string | null;
  /** Who chose it; null: the rule, or nobody yet. */
  decidedBy: string | null;
}

/** Returns which text a message has; null: its campaign has one. */
export async function findItsText(
  tx: TenantTransaction,
  tenantId: string,
  sendJobId: string,
): Promise<ItsText | null> {
  const texts = sql`(1 + (select count(*)::int from campaign_texts t
    where t.tenant_id = c.tenant_id and t.campaign_id = c.id and t.variant > 1 and t.language = ''))`;
  const [row] = await tx.execute<ItsText & Record<string, unknown>>(sql`
    select case when j.attempts > 0 or its.may_go then j.variant else c.winner end as variant,
      coalesce(j.draw <= c.test_draws and (j.attempts > 0 or its.may_go)
        and j.variant = ${variantOf(sql`j.campaign_id`, sql`j.contact_id`, texts)}, false) as "isInTest",
      case when c.winner is not null then f.sentence end as sentence, u.name as "decidedBy"
    from send_jobs j join campaigns c on c.tenant_id = j.tenant_id and c.id = j.campaign_id and c.ab_test is not null
    cross join lateral (select coalesce(j.draw <= c.test_draws and j.variant <> all(c.stopped_variants), false) as may_go) its
    left join first_parts f on f.tenant_id = j.tenant_id and f.campaign_id = j.campaign_id and f.step = 'test'
    left join users u on u.id = f.decided_by
    where j.tenant_id = ${tenantId} and j.id = ${sendJobId}`);
  return row ?? null;
}
