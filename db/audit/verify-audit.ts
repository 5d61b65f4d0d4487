import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";
import { type AuditFault, readAuditFaults } from "./audit-chain.ts";
import { type AuditKeys, type SignedHead, signatureFault } from "./head-signature.ts";

/** What is known about a tenant's log. */
export interface AuditReport {
  tenantId: string;
  name: string;
  /** The last number of its sequence. */
  seq: number;
  /** The hash of its last entry, in hex. */
  hash: string;
  /** In the order of the sequence; empty if the log is unbroken. */
  faults: AuditFault[];
  /** The last signed head before any fault; null if there is none. */
  lastGood: { seq: number; signedAt: Date } | null;
  /** How many signed heads of the database were compared. */
  heads: number;
}

export interface AuditQuestion {
  /** Null: all tenants. */
  tenantId: string | null;
  keys: AuditKeys;
  /** Heads that were copied elsewhere; null if no copy is compared. */
  copy: readonly SignedHead[] | null;
}

/**
 * Recomputes each log's chain and compares it with every signed head, in the database and in the copy. Reads whole
 * logs, so it lifts the statement timeout.
 */
export async function verifyAudit(sql: Pipeline, question: AuditQuestion): Promise<AuditReport[]> {
  return sql.begin("isolation level repeatable read read only", async (tx) => {
    await tx`set local statement_timeout = 0`;
    return examineAudit(tx, question);
  });
}

/** Like `verifyAudit`, on what a transaction sees. */
export async function examineAudit(
  tx: PipelineTransaction,
  { tenantId, keys, copy }: AuditQuestion,
): Promise<AuditReport[]> {
  const reports = new Map<string, AuditReport>();
  for (const end of await readEnds(tx, tenantId))
    reports.set(end.tenantId, { ...end, faults: [], lastGood: null, heads: 0 });
  const good: SignedHead[] = [];
  const note = (fault: AuditFault) => reportOf(reports, fault.tenantId).faults.push(fault);
  const compare = (head: SignedHead, logHash: string | null, where: string) => {
    const fault = headFault(head, logHash, keys);
    if (fault) note(faultOf(head, `the head ${where}signed at ${head.signedAt.toISOString()} ${fault}`));
    else good.push(head);
  };
  for (const fault of await readAuditFaults(tx, tenantId)) note(fault);
  const copied = copy?.filter((head) => tenantId === null || head.tenantId === tenantId) ?? null;
  const comparison = copied && new CopyComparison(copied);
  await eachSignedHead(tx, tenantId, ({ logHash, ...head }) => {
    reportOf(reports, head.tenantId).heads += 1;
    compare(head, logHash, "");
    const missing = comparison?.see(head);
    if (missing)
      note(faultOf(head, `the head signed at ${head.signedAt.toISOString()} is missing in the copy`));
  });
  await eachWithLogHash(tx, copied ?? [], (head, logHash) => compare(head, logHash, "in the copy "));
  for (const head of comparison?.unseen() ?? [])
    note(
      faultOf(head, `the head in the copy signed at ${head.signedAt.toISOString()} is not in the database`),
    );
  const goodOf = Map.groupBy(good, (head) => head.tenantId);
  for (const report of reports.values()) conclude(report, goodOf.get(report.tenantId) ?? []);
  return [...reports.values()];
}

const faultOf = ({ tenantId, seq }: SignedHead, fault: string): AuditFault => ({
  tenantId,
  seq,
  entry: null,
  fault,
});

/** A copy may name a tenant that was removed from the database. */
function reportOf(reports: Map<string, AuditReport>, tenantId: string): AuditReport {
  const known = reports.get(tenantId);
  if (known) return known;
  const report = {
    tenantId,
    name: "not in the database",
    seq: 0,
    hash: "",
    faults: [],
    lastGood: null,
    heads: 0,
  };
  reports.set(tenantId, report);
  return report;
}

function headFault(head: SignedHead, logHash: string | null, keys: AuditKeys): string | null {
  const fault = signatureFault(head, keys);
  if (fault) return fault;
  if (logHash === null) return "covers an entry that is missing";
  return logHash === head.hash ? null : "does not match its entry: the log was rewritten";
}

function conclude(report: AuditReport, good: readonly SignedHead[]): void {
  report.faults.sort((a, b) => a.seq - b.seq);
  const broken = report.faults[0]?.seq ?? Number.POSITIVE_INFINITY;
  for (const { seq, signedAt } of good)
    if (seq < broken && seq >= (report.lastGood?.seq ?? 0)) report.lastGood = { seq, signedAt };
}

/** A head is known by its signature, which covers all its fields. */
const identityOf = ({ tenantId, signature }: SignedHead) =>
  `${tenantId} ${Buffer.from(signature).toString("base64")}`;

/** Finds heads that only the copy or only the database has. A copy may begin late, and end before the last head. */
class CopyComparison {
  readonly #unseen = new Map<string, SignedHead>();
  readonly #from: number;
  readonly #to: number;

  constructor(copied: readonly SignedHead[]) {
    for (const head of copied) this.#unseen.set(identityOf(head), head);
    const times = copied.map(({ signedAt }) => signedAt.getTime());
    this.#from = times.reduce((first, time) => Math.min(first, time), Number.POSITIVE_INFINITY);
    this.#to = times.reduce((last, time) => Math.max(last, time), Number.NEGATIVE_INFINITY);
  }

  /** Marks a head of the database as seen. Returns true if it is missing in the copy although later ones are there. */
  see(head: SignedHead): boolean {
    const time = head.signedAt.getTime();
    return !this.#unseen.delete(identityOf(head)) && time > this.#from && time < this.#to;
  }

  unseen(): SignedHead[] {
    return [...this.#unseen.values()];
  }
}

function readEnds(tx: PipelineTransaction, tenantId: string | null) {
  return tx<{ tenantId: string; name: string; seq: number; hash: string }[]>`
    select t.id as "tenantId", t.name, coalesce(h.seq, 0)::float8 as seq, coalesce(encode(h.hash, 'hex'), '') as hash
    from tenants t left join audit_heads h on h.tenant_id = t.id
    where ${tenantId}::uuid is null or t.id = ${tenantId}::uuid order by t.name, t.id`;
}

type ComparedHead = SignedHead & { logHash: string | null };

const BATCH = 1_000;

async function eachSignedHead(
  tx: PipelineTransaction,
  tenantId: string | null,
  see: (head: ComparedHead) => void,
): Promise<void> {
  const heads = tx<ComparedHead[]>`
    select s.tenant_id as "tenantId", s.seq::float8 as seq, encode(s.hash, 'hex') as hash, s.signed_at as "signedAt",
      s.key_id as "keyId", s.signature, (
        select encode(l.hash, 'hex') from audit_log l where l.tenant_id = s.tenant_id and l.seq = s.seq
        order by l.id limit 1) as "logHash"
    from audit_signed_heads s where ${tenantId}::uuid is null or s.tenant_id = ${tenantId}::uuid
    order by s.tenant_id, s.id`.cursor(BATCH);
  for await (const batch of heads) for (const head of batch) see(head);
}

async function eachWithLogHash(
  tx: PipelineTransaction,
  heads: readonly SignedHead[],
  see: (head: SignedHead, logHash: string | null) => void,
): Promise<void> {
  for (let from = 0; from < heads.length; from += BATCH) {
    const batch = heads.slice(from, from + BATCH);
    const rows = await tx<{ hash: string | null }[]>`
      select (select encode(l.hash, 'hex') from audit_log l where l.tenant_id = g.tenant_id and l.seq = g.seq
        order by l.id limit 1) as hash
      from unnest(${batch.map((head) => head.tenantId)}::uuid[], ${batch.map((head) => head.seq)}::bigint[])
        with ordinality as g (tenant_id, seq, nth) order by nth`;
    for (const [at, head] of batch.entries()) see(head, rows[at]!.hash);
  }
}
