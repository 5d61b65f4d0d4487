import type { PossibleTest } from "@smscrm/core/preflight/test-list";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { Audience } from "../schema/index.ts";
import { compileFor } from "./members.ts";

/** Enough to know what kind of list it is, and few enough to read at once. */
const LOOKED_MAX = 5_000;

/** Reads what of an audience's first people may show that nobody stands behind them. */
export async function possibleTests(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
): Promise<PossibleTest[]> {
  const { joins, where } = await compileFor(tx, tenantId, audience);
  const rows = await tx.execute<PossibleTest & Record<string, unknown>>(sql`
    select c.phone_e164 as "phoneE164", c.email, c.first_name as "firstName", c.last_name as "lastName", c.tags
    from contacts c ${joins} where c.tenant_id = ${tenantId} and ${where}
    order by c.id limit ${LOOKED_MAX}`);
  return [...rows];
}
