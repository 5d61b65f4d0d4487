import { checkNextLog } from "@smscrm/db/audit/audit-checks";
import type { AuditSigner } from "@smscrm/db/audit/head-signature";
import { copyNextHeads, signGrownLogs } from "@smscrm/db/audit/signed-heads";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import { writeHeads } from "./copy-heads.ts";
import { readCopyPlace } from "./environment.ts";

/** How often a worker asks whether the hour is over, and tries again to copy what could not be copied. */
const ROUND_MS = 60_000;

/** Signs the ends of the logs that grew, once an hour for all workers, and copies what is signed. */
export function signLogsLoop(
  pipeline: Pipeline,
  { signer, copyTo }: { signer: AuditSigner | null; copyTo: string | undefined },
  log: Logger,
): Loop {
  const place = copyTo === undefined ? null : readCopyPlace(copyTo);
  let failing = false;
  if (!signer) log.warn("AUDIT_SIGNING_KEY is not set: the audit logs are not signed");
  return {
    name: "audit heads",
    run: async () => {
      const signed = signer ? await signGrownLogs(pipeline, signer) : null;
      if (signed) log.info({ signed }, "signed the ends of audit logs");
      if (!place) return ROUND_MS;
      const round = await copyNextHeads(pipeline, copyTo!, (heads) => writeHeads(place, heads));
      if (round?.problem && !failing)
        log.error({ problem: round.problem }, "signed heads can't be copied; trying again every minute");
      if (round?.copied && failing) log.info("signed heads are copied again");
      failing = round?.problem != null || (failing && !round?.copied);
      return round?.copied ? 0 : ROUND_MS;
    },
  };
}

/** Checks take at most this share of a worker's time. */
const CHECKS_SHARE_MAX = 0.2;

/** Checks each tenant's whole log after each signed head, a long one once a day, one after the other. */
export function checkLogsLoop(pipeline: Pipeline, log: Logger): Loop {
  return {
    name: "audit checks",
    run: async () => {
      const before = performance.now();
      const report = await checkNextLog(pipeline);
      if (!report) return ROUND_MS;
      const { tenantId, faults } = report;
      if (faults.length > 0)
        log.error(
          { tenantId, places: faults.length, first: faults[0]!.seq },
          "an audit log is broken: pnpm ops audit verify",
        );
      return (performance.now() - before) * (1 / CHECKS_SHARE_MAX - 1);
    },
  };
}
