import { describeAuditFault, readAuditHeads, verifyAuditLog } from "@smscrm/db/audit/audit-chain";
import type { Invariant } from "../evaluation/invariant.ts";

/** Uses the database's own check, which an operator and a restore run too. */
export const auditUnbroken: Invariant = {
  name: "I12",
  says: "each tenant's audit log is one unbroken chain",
  async examine({ sql }) {
    const faults = await verifyAuditLog(sql, null);
    const heads = await readAuditHeads(sql, null);
    const entries = heads.reduce((sum, { seq }) => sum + seq, 0);
    return {
      tried: entries,
      cases: `${entries} entries in ${heads.length} logs`,
      breaches: faults.map((fault) => ({
        what: `the log of ${fault.tenantId}: ${describeAuditFault(fault)}`,
      })),
    };
  },
};
