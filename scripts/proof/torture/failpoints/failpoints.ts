import type { Patch } from "./patch.ts";

/** A place in the code at which a process can be made to die or freeze. */
export interface Failpoint {
  name: string;
  program: "worker" | "api";
  patch: Patch;
}

/**
 * Points between any two steps of a message's path. The calls are written into a copy of the source; the product
 * itself has none.
 */
export const FAILPOINTS: readonly Failpoint[] = [
  worker(
    "leased",
    "worker/dispatch/dispatch.ts",
    "      if (tickets.length > 0) await queue.add(tickets);",
    "before",
  ),
  worker(
    "ticketed",
    "worker/dispatch/dispatch.ts",
    "      return tickets.length > 0 || waiting > 0 ? BUSY_MS",
    "before",
  ),
  worker("frozen-chunk-uncommitted", "db/campaigns/launch.ts", "    return { added: chunk.added,", "before"),
  worker("claim-begun", "db/send/claim.ts", "    const startedMs = performance.now();", "after"),
  worker(
    "claim-uncommitted",
    "db/send/claim.ts",
    "    return { startedMs, messages, ...countRefusals(decided), skipped };",
    "before",
  ),
  worker(
    "claimed",
    "worker/send/process-ticket.ts",
    "  concurrency.release(jobIds.length - claim.messages.length);",
    "before",
    "claim.messages.length > 0",
  ),
  worker("about-to-send", "worker/send/process-ticket.ts", "  const submittedAt = new Date();", "after"),
  worker("answered", "worker/send/process-ticket.ts", "  await settle.settle(outcome.result);", "before"),
  worker(
    "settled",
    "worker/send/process-ticket.ts",
    "  await settle.settle(outcome.result);\n  return outcome;",
    "inside",
  ),
  worker(
    "settle-uncommitted",
    "db/send/settle.ts",
    "    await applyCarrierFeedback(tx, feedbackOf(results));",
    "after",
  ),
  worker(
    "look-up-taken",
    "worker/carrier/reconcile.ts",
    "      await mergeLookedUp(pipeline, found.flat());",
    "before",
  ),
  api(
    "status-uncommitted",
    "db/carrier/webhooks.ts",
    "    await storeEvents(tx, events, updates, matched);",
    "after",
  ),
  api("status-committed", "server/webhooks/routes.ts", "    return c.body(null, 204);", "before"),
  api(
    "inbound-uncommitted",
    "db/carrier/webhooks.ts",
    "  const changed = await actOnReply(tx, tenantId, message, kind);",
    "after",
  ),
  api(
    "inbound-committed",
    "server/webhooks/routes.ts",
    '      metrics.webhooks.inc({ kind: "inbound", outcome: "stored" });',
    "before",
  ),
];

type Where = "before" | "after" | "inside";

function worker(name: string, file: string, find: string, where: Where, condition?: string): Failpoint {
  return { name, program: "worker", patch: patchOf(name, file, find, where, condition) };
}

function api(name: string, file: string, find: string, where: Where): Failpoint {
  return { name, program: "api", patch: patchOf(name, file, find, where) };
}

/** `inside`: between the two lines of `find`. */
function patchOf(name: string, file: string, find: string, where: Where, condition?: string): Patch {
  const call = `${condition ? `if (${condition}) ` : ""}await globalThis.failpoint(${JSON.stringify(name)});`;
  if (where === "before") return { file, find, replace: `${call}\n${find}` };
  if (where === "after") return { file, find, replace: `${find}\n${call}` };
  return { file, find, replace: find.replace("\n", () => `\n${call}\n`) };
}
