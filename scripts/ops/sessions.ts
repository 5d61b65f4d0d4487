import { endAllSessions } from "@smscrm/db/operators";
import type { OpsContext } from "./context.ts";

/** `pnpm ops sign-out --all`: ends every session; everybody has to sign in again. */
export async function signOut({ sql, say, tenantId, by }: OpsContext): Promise<void> {
  say(`Ended ${await endAllSessions(sql, { tenantId, by })} sessions.`);
}
