import { isIP } from "node:net";
import { hasSignatureExceptions, useSignatureException } from "@smscrm/db/carrier/signature-exceptions";
import type { Dependencies } from "../dependencies.ts";

/** How long an empty result is cached: a flood of forged requests must not become a flood of queries. */
const EMPTY_CACHED_MS = 2_000;

/**
 * Returns whether an operator let this address in without a valid signature (`pnpm ops webhooks allow`). Each such
 * request is recorded as unsigned.
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
      if (Date.now() - askedAt > EMPTY_CACHED_MS) {
        askedAt = Date.now();
        any = await hasSignatureExceptions(pipeline);
      }
      if (!any || !(await useSignatureException(pipeline, { address: plain, kind, path }))) return false;
    } catch (error) {
      // Without the database nothing is accepted: unsigned requests must not get into the spool.
      log.debug({ error }, "A signature exception could not be looked up");
      return false;
    }
    log.warn({ kind }, "An unsigned webhook request was accepted by a signature exception");
    return true;
  };
}
