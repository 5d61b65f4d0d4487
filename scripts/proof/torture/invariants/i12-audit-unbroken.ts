import { describeAuditFault } from "@smscrm/db/audit/audit-chain";
import { readKnownKeys } from "@smscrm/db/audit/signed-heads";
import { verifyAudit } from "@smscrm/db/audit/verify-audit";
import type { Invariant } from "../evaluation/invariant.ts";

/** Uses the database's own check, which an operator and a restore run too. */
export const auditUnbroken: Invariant = {
  name: "I12",
  says: "each tenant's audit log is one unbroken chain",
  async examine({ sql }) {
    const keys = await readKnownKeys(sql);
    const logs = await verifyAudit(sql, { tenantId: null, keys, copy: null });
    const faults = logs.flatMap((log) => log.faults);
    const entries = logs.reduce((sum, { seq }) => sum + seq, 0);
    return {
      tried: entries,
      cases: `${entries} entries in ${logs.length} logs`,
      breaches: faults.map((fault) => ({
        what: `the log of ${fault.tenantId}: ${describeAuditFault(fault)}`,
      })),
    };
  },
};
