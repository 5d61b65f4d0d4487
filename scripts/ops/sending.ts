import { pauseTenants, resumeTenants } from "@smscrm/db/tenants/operators";
import type { OpsContext } from "./context.ts";

const DEFAULT_REASON = "Paused by an operator at the console";

/** `pnpm ops pause --all [--reason "…"]`: the kill switch, for every tenant at once. */
export async function pause(context: OpsContext, { reason }: { reason?: string }): Promise<void> {
  const { sql, say, tenantId, by } = context;
  const paused = await pauseTenants(sql, { tenantId, by }, reason?.trim() || DEFAULT_REASON);
  if (paused.length === 0) return say("Nothing changed: all of them were already paused.");
  say(`Paused: ${paused.join(", ")}. A quarter of a second from now nothing more is submitted.`);
}

/** `pnpm ops resume --all`: ends all pauses. Suspensions stay. */
export async function resume({ sql, say, tenantId, by }: OpsContext): Promise<void> {
  const { resumed, suspended } = await resumeTenants(sql, { tenantId, by });
  if (resumed.length > 0) say(`Resumed: ${resumed.join(", ")}.`);
  else if (suspended.length === 0) say("Nothing changed: none of them was paused.");
  if (suspended.length > 0)
    say(
      `Still suspended: ${suspended.join(", ")}. To end that: pnpm ops tenant reinstate NAME-OR-ID --reason "…".`,
    );
}
