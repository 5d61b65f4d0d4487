import { counted } from "@smscrm/core/text/counted";
import {
  describeAuditFault,
  readAuditHash,
  readAuditHeads,
  verifyAuditLog,
} from "@smscrm/db/audit/audit-chain";
import { type OpsContext, OpsRefusal } from "./context.ts";

const USAGE = "Use pnpm ops audit verify [--tenant ID] [--expect SEQ:HASH].";
const SHOWN_MAX = 50;

/**
 * Checks the audit log of each tenant, or of one, and prints its last entry. Exits with 1 if one is broken. With
 * `--expect` the last entry of an earlier check must still be there, unchanged.
 */
export async function audit(
  { sql, tenantId, say }: OpsContext,
  words: readonly string[],
  expected: string | undefined,
): Promise<void> {
  if (words.length !== 1 || words[0] !== "verify") throw new OpsRefusal(USAGE);
  const expectation = expected === undefined ? null : readExpectation(expected, tenantId);
  const faults = await verifyAuditLog(sql, tenantId);
  const heads = await readAuditHeads(sql, tenantId);
  if (tenantId && heads.length === 0 && faults.length === 0)
    throw new OpsRefusal(`There is no audit log of tenant ${tenantId}.`);
  const broken = Map.groupBy(faults, (fault) => fault.tenantId);
  for (const { tenantId: id, name, seq, hash } of heads) {
    const state = broken.has(id) ? `BROKEN in ${counted(broken.get(id)!.length, "place")}` : "unbroken";
    say(`${state}  ${name} (${id}): ${counted(seq, "entry", "entries")}, ends with ${seq}:${hash}`);
  }
  for (const fault of faults.slice(0, SHOWN_MAX)) say(`  ${fault.tenantId} ${describeAuditFault(fault)}`);
  if (faults.length > SHOWN_MAX) say(`  … and ${faults.length - SHOWN_MAX} more`);
  const replaced = expectation !== null && !(await stillThere(sql, expectation));
  if (replaced)
    say(`  ${expectation.tenantId} entry ${expectation.seq} is not the expected one: the log was rewritten`);
  if (faults.length > 0 || replaced) process.exitCode = 1;
}

interface Expectation {
  tenantId: string;
  seq: number;
  hash: string;
}

function readExpectation(text: string, tenantId: string | null): Expectation {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (!seq || !hash) throw new OpsRefusal("--expect must be what an earlier check printed: SEQ:HASH.");
  if (!tenantId) throw new OpsRefusal("--expect concerns one log. Name it with --tenant ID.");
  return { tenantId, seq: Number(seq), hash };
}

async function stillThere(sql: OpsContext["sql"], { tenantId, seq, hash }: Expectation): Promise<boolean> {
  return (await readAuditHash(sql, tenantId, seq)) === hash;
}
