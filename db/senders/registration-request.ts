import { and, eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { sendingNumbers } from "../schema/index.ts";
import { NEEDS_REGISTRATION } from "./number-in-use.ts";

/** How often a tenant may ask, in seconds. The account is read for all tenants at once. */
const ASK_SECONDS = 60;

/**
 * Asks for the registrations of a tenant's numbers to be read again. Returns how many numbers that is: zero if it has none
 * that need a registration; null if it asked less than a minute ago.
 */
export async function askForRegistrations(tx: TenantTransaction, tenantId: string): Promise<number | null> {
  const own = and(eq(sendingNumbers.tenantId, tenantId), sql.raw(NEEDS_REGISTRATION));
  const asked = await tx
    .update(sendingNumbers)
    .set({ carrierRegistrationAskedAt: sql`clock_timestamp()` })
    .where(
      and(
        own,
        sql`coalesce(${sendingNumbers.carrierRegistrationAskedAt}, '-infinity')
          < clock_timestamp() - make_interval(secs => ${ASK_SECONDS})`,
      ),
    )
    .returning({ id: sendingNumbers.id });
  if (asked.length > 0) return asked.length;
  const [any] = await tx.select({ id: sendingNumbers.id }).from(sendingNumbers).where(own).limit(1);
  return any ? null : 0;
}
