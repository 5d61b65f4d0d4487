import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { counted } from "@smscrm/core/text/counted";
import { describeAuditFault, readAuditHash } from "@smscrm/db/audit/audit-chain";
import { checkLogs } from "@smscrm/db/audit/audit-checks";
import { readHeadLine } from "@smscrm/db/audit/head-copy";
import { type AuditKeys, readAuditKeys, type SignedHead } from "@smscrm/db/audit/head-signature";
import { listAuditKeys, readKnownKeys } from "@smscrm/db/audit/signed-heads";
import { type AuditReport, verifyAudit } from "@smscrm/db/audit/verify-audit";
import { type OpsContext, OpsRefusal } from "./context.ts";

const USAGE =
  "Use pnpm ops audit verify [--tenant ID] [--copy FILE] [--key FILE] [--expect SEQ:HASH], or pnpm ops audit key.";
const SHOWN_MAX = 50;

export interface AuditOptions {
  /** The last entry of an earlier check, which must still be there. */
  expect?: string;
  /** A file of copied heads. */
  copy?: string;
  /** A file of public keys that were kept elsewhere. */
  key?: string;
}

/** `verify`: checks the audit log of each tenant, or of one. `key`: prints the public keys of its signed heads. */
export async function audit(
  context: OpsContext,
  words: readonly string[],
  options: AuditOptions,
): Promise<void> {
  const [word] = words;
  if (words.length !== 1 || (word !== "verify" && word !== "key")) throw new OpsRefusal(USAGE);
  if (word === "key") await printKeys(context);
  else await verifyLogs(context, options);
}

async function printKeys({ sql, say }: OpsContext): Promise<void> {
  const keys = await listAuditKeys(sql);
  if (keys.length === 0)
    throw new OpsRefusal("No head was signed yet. The worker signs them with AUDIT_SIGNING_KEY.");
  for (const { keyId, publicKey } of keys) say(`Key ${keyId}\n${publicKey.trim()}`);
}

/** Exits with 1 if a log is broken, or if the copy can't be read as a whole. */
async function verifyLogs({ sql, tenantId, say }: OpsContext, options: AuditOptions): Promise<void> {
  const expectation = options.expect === undefined ? null : readExpectation(options.expect, tenantId);
  const copy = options.copy === undefined ? null : await readCopy(options.copy);
  // The dashboard shows the results of checks that everybody can repeat: without files of this machine.
  const withFiles = options.copy !== undefined || options.key !== undefined;
  const reports = withFiles
    ? await verifyAudit(sql, {
        tenantId,
        keys: await trustedKeys(sql, options.key),
        copy: copy?.heads ?? null,
      })
    : await checkLogs(sql, tenantId);
  if (tenantId && reports.length === 0) throw new OpsRefusal(`There is no audit log of tenant ${tenantId}.`);
  for (const report of reports) say(lineOf(report));
  const faults = reports.flatMap((report) => report.faults);
  for (const fault of faults.slice(0, SHOWN_MAX)) say(`  ${fault.tenantId} ${describeAuditFault(fault)}`);
  if (faults.length > SHOWN_MAX) say(`  … and ${faults.length - SHOWN_MAX} more`);
  for (const line of copy?.unreadable.slice(0, SHOWN_MAX) ?? [])
    say(`  line ${line} of ${options.copy} is no signed head`);
  const replaced = expectation !== null && !(await stillThere(sql, expectation));
  if (replaced)
    say(`  ${expectation.tenantId} entry ${expectation.seq} is not the expected one: the log was rewritten`);
  if (faults.length > 0 || replaced || copy?.unreadable.length) process.exitCode = 1;
}

function lineOf({ tenantId, name, seq, hash, faults, lastGood, heads }: AuditReport): string {
  const state = faults.length > 0 ? `BROKEN in ${counted(faults.length, "place")}` : "unbroken";
  const until = lastGood ? ` until ${lastGood.signedAt.toISOString()} (number ${lastGood.seq})` : "";
  const good = faults.length > 0 && until ? `, unbroken${until}` : until;
  const signed = heads === 0 ? "no signed head" : counted(heads, "signed head");
  return `${state}${good}  ${name} (${tenantId}): ${counted(seq, "entry", "entries")}, ${signed}, ends with ${seq}:${hash}`;
}

/** Returns the keys of a file that was kept elsewhere, or those that the database names. */
async function trustedKeys(sql: OpsContext["sql"], file: string | undefined): Promise<AuditKeys> {
  if (file === undefined) return readKnownKeys(sql);
  const keys = readAuditKeys(await readText(file, "--key"));
  if (keys.size === 0) throw new OpsRefusal(`${file} has no public key. pnpm ops audit key prints them.`);
  return keys;
}

async function readText(file: string, option: string): Promise<string> {
  return readFile(file, "utf8").catch((error: { code?: string }) => {
    throw new OpsRefusal(`${option}: ${file} can't be read (${error.code}).`);
  });
}

interface Copy {
  heads: SignedHead[];
  /** Numbers of lines that are no heads. */
  unreadable: number[];
}

async function readCopy(file: string): Promise<Copy> {
  const copy: Copy = { heads: [], unreadable: [] };
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      const head = readHeadLine(line);
      if (head) copy.heads.push(head);
      else if (line.trim()) copy.unreadable.push(number);
    }
  } catch (error) {
    throw new OpsRefusal(`--copy: ${file} can't be read (${(error as { code?: string }).code}).`);
  }
  if (number === 0) throw new OpsRefusal(`--copy: ${file} is empty.`);
  return copy;
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
