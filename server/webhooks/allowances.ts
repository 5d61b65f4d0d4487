import { isIP } from "node:net";
import { hasAllowances, useAllowance } from "@smscrm/db/webhook-allowances";
import type { Dependencies } from "../dependencies.ts";

/** How long "there is none" is believed: a flood of forged requests must not become one of queries. */
const BELIEVED_MS = 2_000;

/**
 * Whether an operator let this address in for now although its signature does not hold (`pnpm ops webhooks allow`).
 * Each request that is let in is recorded as unsigned.
 */
export function createAllowances({ pipeline, log }: Pick<Dependencies, "pipeline" | "log">) {
  let askedAt = 0;
  let any = false;
  return async function isAllowed(
    address: string,
    kind: "status" | "inbound",
    path: string,
  ): Promise<boolean> {
    const plain = address.replace(/^::ffff:/i, "");
    if (isIP(plain) === 0) return false;
    try {
      if (Date.now() - askedAt > BELIEVED_MS) {
        askedAt = Date.now();
        any = await hasAllowances(pipeline);
      }
      if (!any || !(await useAllowance(pipeline, { address: plain, kind, path }))) return false;
    } catch (error) {
      // Without the database nobody can tell, and nothing that is unsigned may get into the spool.
      log.debug({ error }, "An allowance could not be asked for");
      return false;
    }
    log.warn({ kind }, "An unsigned webhook request was let in by an allowance");
    return true;
  };
}
