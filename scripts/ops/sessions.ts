import { counted } from "@smscrm/core/text/counted";
import { endAllSessions } from "@smscrm/db/tenants/operators";
import type { OpsContext } from "./context.ts";

/** `pnpm ops sign-out --all`: ends every session, so that every member must sign in again. */
export async function signOut({ sql, say, tenantId, by }: OpsContext): Promise<void> {
  say(`Ended ${counted(await endAllSessions(sql, { tenantId, by }), "session")}.`);
}
