import { generateKeyPairSync, randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPipeline, type PipelineTransaction } from "../postgres/connection.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { headLine, readHeadLine } from "./head-copy.ts";
import { openAuditSigner, readAuditKeys, type SignedHead } from "./head-signature.ts";
import { listAuditKeys, signGrownLogs } from "./signed-heads.ts";
import { type AuditQuestion, type AuditReport, examineAudit, verifyAudit } from "./verify-audit.ts";

/** AUDIT_ROWS=10000 AUDIT_TAMPERINGS=10000 makes it the proof of issue 15, which takes eight minutes. */
const ROWS = Number(process.env.AUDIT_ROWS ?? 600);
const TAMPERINGS = Number(process.env.AUDIT_TAMPERINGS ?? 400);
const LIMIT_MS = 60_000 + TAMPERINGS * 1_000;
const WRITERS = 16;
const TENANTS = 4;
/** Heads are signed this often while the writers write, so that they lie at places that nobody chose. */
const ROUNDS = 6;

const newSigner = () =>
  openAuditSigner(
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  )!;
const signer = newSigner();
const intruder = newSigner();

let fixture: SendFixture;
let tenants: string[];
let copy: SignedHead[];
const keys = readAuditKeys(signer.publicKey);

beforeAll(async () => {
  fixture = await openSendFixture();
  tenants = await Promise.all(Array.from({ length: TENANTS }, () => fixture.tenant()));
  const sql = openPipeline(fixture.logins.DATABASE_WORKER_URL, { name: "audit writers", max: WRITERS });
  let next = 0;
  const writeUntil = async (end: number) => {
    for (let nth = next++; nth < end; nth = next++)
      await sql`insert into audit_log (tenant_id, action, object_kind, object_id, detail)
        values (${tenants[nth % TENANTS]!}, 'do-not-contact.add', 'number', ${String(nth)}, ${sql.json({ nth })})`;
  };
  for (let round = 1; round <= ROUNDS; round += 1) {
    const end = Math.floor((ROWS * round) / ROUNDS);
    next = Math.floor((ROWS * (round - 1)) / ROUNDS);
    // The signer does not wait for the writers: a head is whatever was committed last.
    const writers = Promise.all(Array.from({ length: WRITERS }, () => writeUntil(end)));
    if (round > 1) await signGrownLogs(fixture.sql, signer, { atOnce: true });
    await writers;
  }
  await sql.end();
  await signGrownLogs(fixture.sql, signer, { atOnce: true });
  copy = (await readHeads()).map((head) => readHeadLine(headLine(head))!);
}, LIMIT_MS);
afterAll(() => fixture.close());

const readHeads = () => fixture.sql<SignedHead[]>`
  select tenant_id as "tenantId", seq::float8 as seq, encode(hash, 'hex') as hash, signed_at as "signedAt",
    key_id as "keyId", signature from audit_signed_heads order by id`;

const everything = (): AuditQuestion => ({ tenantId: null, keys, copy });

async function expectUnbroken(): Promise<void> {
  const reports = await verifyAudit(fixture.sql, everything());
  expect(reports).toHaveLength(TENANTS);
  for (const { faults, lastGood, seq } of reports) {
    expect(faults).toEqual([]);
    expect(lastGood!.seq).toBe(seq);
  }
}

/** Where an intruder touches: `seq` is an entry of `tenantId`'s log, `other` another tenant. */
interface Place {
  tenantId: string;
  other: string;
  seq: number;
  last: number;
}

/** What an intruder does. The intruder has the owner's rights, so no trigger runs. */
interface Tampering {
  does: (tx: PipelineTransaction, place: Place) => Promise<unknown>;
  /** Whether the other tenant's log is touched too. */
  touchesOther?: boolean;
  /** Whether the database alone does not show it, because signed heads went too. */
  needsCopy?: boolean;
  /** Whether only a head is touched: the log itself stays good. */
  headOnly?: boolean;
  /** Whether it needs an entry behind it: what is appended to the end looks like any new entry until the next head. */
  beforeEnd?: boolean;
  /** The first entry that is not what it was, if it is not the one at the place. */
  from?: (place: Place) => number;
}

const edit =
  (set: string): Tampering["does"] =>
  (tx, { tenantId, seq }) =>
    tx.unsafe(`update audit_log set ${set} where tenant_id = '${tenantId}' and seq = ${seq}`);

const editHead =
  (set: string): Tampering["does"] =>
  (tx, { tenantId, other }) =>
    tx.unsafe(`update audit_signed_heads set ${set.replaceAll("OTHER", `'${other}'`)} where id = (
      select id from audit_signed_heads where tenant_id = '${tenantId}' order by random() limit 1)`);

/** Links a log again from its first entry, head included, so that the chain alone shows nothing. */
const relink = (tx: PipelineTransaction, tenantId: string) =>
  tx.unsafe(`do $$ declare entry audit_log; before bytea; nth bigint := 0; begin
    for entry in select * from audit_log where tenant_id = '${tenantId}' order by seq, id loop
      nth := nth + 1;
      entry.seq := nth; entry.previous_hash := before; entry.hash := audit_hash(entry); before := entry.hash;
      update audit_log set seq = nth, previous_hash = entry.previous_hash, hash = entry.hash where id = entry.id;
    end loop;
    update audit_heads set seq = nth, hash = coalesce(before, '') where tenant_id = '${tenantId}'; end $$`);

const relinked =
  (does: Tampering["does"]): Tampering["does"] =>
  async (tx, place) => {
    await does(tx, place);
    await relink(tx, place.tenantId);
  };

const removeEntry: Tampering["does"] = (tx, { tenantId, seq }) =>
  tx`delete from audit_log where tenant_id = ${tenantId} and seq = ${seq}`;
const removeEnd: Tampering["does"] = (tx, { tenantId, seq }) =>
  tx`delete from audit_log where tenant_id = ${tenantId} and seq >= ${seq}`;
const insertAfter: Tampering["does"] = (tx, { tenantId, seq }) => tx`
  insert into audit_log (tenant_id, action, object_kind, object_id, detail, created_at, seq, previous_hash, hash)
  select tenant_id, action, object_kind, object_id, detail, created_at, seq, previous_hash, hash
  from audit_log where tenant_id = ${tenantId} and seq = ${seq}`;
/** The places of two entries of one log. */
const swap: Tampering["does"] = (tx, { tenantId, seq, last }) => {
  const second = seq === last ? 1 : last;
  return tx`update audit_log set seq = case when seq = ${seq} then ${second}::bigint else ${seq}::bigint end
    where tenant_id = ${tenantId} and seq in (${seq}, ${second})`;
};

/** The last entry is swapped with the first one. */
const firstOfSwap = ({ seq, last }: Place) => (seq === last ? 1 : seq);

const TAMPERINGS_BY_NAME: Record<string, Tampering> = {
  "another id": {
    does: async (tx, { tenantId, seq }) => {
      await tx`insert into audit_log overriding system value
        select (jsonb_populate_record(l, jsonb_build_object('id', l.id + 1000000))).* from audit_log l
        where tenant_id = ${tenantId} and seq = ${seq}`;
      await tx`delete from audit_log where tenant_id = ${tenantId} and seq = ${seq} and id < 1000000`;
    },
  },
  "another actor": { does: edit("actor_id = gen_random_uuid()") },
  "another action": { does: edit("action = action || '.x'") },
  "another kind of object": { does: edit("object_kind = object_kind || 'x'") },
  "another object": { does: edit("object_id = object_id || '0'") },
  "no object": { does: edit("object_id = null") },
  "another detail": { does: edit("detail = detail || '{\"nth\": -1}'") },
  "another time": { does: edit("created_at = created_at - interval '1 microsecond'") },
  "another hash": { does: edit("hash = sha256(hash)") },
  "another previous hash": { does: edit("previous_hash = sha256(hash)") },
  "a number past the end": { does: edit("seq = seq + 1000000") },
  "another tenant": {
    does: (tx, { tenantId, other, seq }) =>
      tx`update audit_log set tenant_id = ${other} where tenant_id = ${tenantId} and seq = ${seq}`,
    touchesOther: true,
  },
  "an entry removed": { does: removeEntry },
  "the last entries removed": { does: removeEnd },
  "an entry inserted": { does: insertAfter },
  "two entries swapped": { does: swap, from: firstOfSwap },
  "entries of two tenants swapped": {
    does: (tx, { tenantId, other, seq }) => tx`
      update audit_log set tenant_id = case when tenant_id = ${tenantId} then ${other}::uuid else ${tenantId}::uuid end
      where tenant_id in (${tenantId}, ${other}) and seq = ${seq}`,
    touchesOther: true,
  },
  "an edit with all hashes computed again": { does: relinked(edit("detail = '{}'")) },
  "a removal with all hashes computed again": { does: relinked(removeEntry) },
  "the end removed and the head set back": { does: relinked(removeEnd) },
  "an insertion with all hashes computed again": {
    does: relinked(insertAfter),
    from: ({ seq }) => seq + 1,
    beforeEnd: true,
  },
  "a swap with all hashes computed again": { does: relinked(swap), from: firstOfSwap },
  "the end removed with its signed heads": {
    does: async (tx, place) => {
      await relinked(removeEnd)(tx, place);
      await tx`delete from audit_signed_heads where tenant_id = ${place.tenantId} and seq >= ${place.seq}`;
    },
    needsCopy: true,
  },
  "the log and its heads replaced, signed with a key of the intruder": {
    does: async (tx, place) => {
      await relinked(edit("detail = '{}'"))(tx, place);
      await tx`delete from audit_signed_heads where tenant_id = ${place.tenantId}`;
      const [end] = await tx<{ seq: number; hash: string }[]>`
        select seq::float8 as seq, encode(hash, 'hex') as hash from audit_heads where tenant_id = ${place.tenantId}`;
      const head = intruder.sign({ tenantId: place.tenantId, ...end!, signedAt: new Date() });
      await tx`insert into audit_keys (key_id, public_key) values (${intruder.keyId}, ${intruder.publicKey})`;
      await tx`insert into audit_signed_heads (tenant_id, seq, hash, signed_at, key_id, signature) values (
        ${head.tenantId}, ${head.seq}, decode(${head.hash}, 'hex'), ${head.signedAt}, ${head.keyId},
        ${Buffer.from(head.signature)})`;
    },
  },
  "a head removed": {
    does: (tx, { tenantId }) => tx`delete from audit_signed_heads where id = (
      select id from audit_signed_heads where tenant_id = ${tenantId} order by random() limit 1)`,
    needsCopy: true,
    headOnly: true,
  },
  "a head with another number": { does: editHead("seq = seq + 1"), headOnly: true },
  "a head with another hash": { does: editHead("hash = sha256(hash)"), headOnly: true },
  "a head with another time": {
    does: editHead("signed_at = signed_at + interval '1 millisecond'"),
    headOnly: true,
  },
  "a head with another key": { does: editHead("key_id = md5(key_id)"), headOnly: true },
  "a head with another signature": {
    does: editHead("signature = set_byte(signature, 7, (get_byte(signature, 7) + 1) % 256)"),
    headOnly: true,
  },
  "a head of another tenant": { does: editHead("tenant_id = OTHER"), headOnly: true, touchesOther: true },
};

class Undone extends Error {}

/** Tampers in a transaction, examines what it sees, and rolls it back. */
async function tamper({ does }: Tampering, place: Place, questions: AuditQuestion[]): Promise<AuditReport[]> {
  let reports: AuditReport[] = [];
  await fixture.owner
    .begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await does(tx, place);
      for (const question of questions) reports = [...reports, ...(await examineAudit(tx, question))];
      throw new Undone();
    })
    .catch((error) => {
      if (!(error instanceof Undone)) throw error;
    });
  return reports;
}

describe("a log of several tenants that 16 writers wrote at once", () => {
  it("is one unbroken chain each, and has every head that was signed while they wrote", async () => {
    await expectUnbroken();
    const heads = await readHeads();
    expect(heads.length).toBeGreaterThan(TENANTS * 2);
    const reports = await verifyAudit(fixture.sql, { tenantId: null, keys, copy: null });
    expect(reports.reduce((sum, { seq }) => sum + seq, 0)).toBe(ROWS);
    expect(reports.reduce((sum, each) => sum + each.heads, 0)).toBe(heads.length);
  });

  it("signs nothing that did not grow, and nothing within an hour", async () => {
    expect(await signGrownLogs(fixture.sql, signer, { atOnce: true })).toBe(0);
    expect(await signGrownLogs(fixture.sql, signer)).toBeNull();
  });

  it(
    `shows each of ${TAMPERINGS} random tamperings, and not as good what is after it`,
    async () => {
      const kinds = Object.entries(TAMPERINGS_BY_NAME);
      const missed: string[] = [];
      for (let nth = 0; nth < TAMPERINGS; nth += 1) {
        const [name, tampering] = kinds[nth % kinds.length]!;
        const first = randomInt(TENANTS);
        const tenantId = tenants[first]!;
        const other = tenants[(first + 1 + randomInt(TENANTS - 1)) % TENANTS]!;
        const last = Math.floor(ROWS / TENANTS);
        const seq = 1 + randomInt(tampering.beforeEnd ? last - 1 : last);
        const place = { tenantId, other, seq, last };
        const compared = tampering.needsCopy || randomInt(2) === 0 ? copy : null;
        const touched = tampering.touchesOther && !tampering.headOnly ? [tenantId, other] : [tenantId];
        // A head that was moved to another tenant is missing in the first one's heads, which only a copy shows.
        const asked = name === "a head of another tenant" ? [other] : touched;
        const reports = await tamper(
          tampering,
          place,
          asked.map((id) => ({ tenantId: id, keys, copy: compared })),
        );
        const from = tampering.from?.(place) ?? seq;
        for (const { faults, lastGood, tenantId: id } of reports) {
          const tooGood = !tampering.headOnly && lastGood !== null && lastGood.seq >= from;
          if (faults.length === 0 || tooGood)
            missed.push(`${nth}: ${name} at ${seq} of ${id}, good until ${lastGood?.seq}`);
        }
        expect(reports).toHaveLength(asked.length);
      }
      expect(missed).toEqual([]);
      await expectUnbroken();
    },
    LIMIT_MS,
  );
});

describe("signed heads", () => {
  it("keep their public key in the database, where pnpm ops audit key reads it", async () => {
    expect(await listAuditKeys(fixture.sql)).toEqual([{ keyId: signer.keyId, publicKey: signer.publicKey }]);
  });

  it("can be added by the worker's login, and changed or removed by none", async () => {
    for (const statement of [
      "update audit_signed_heads set seq = 0",
      "delete from audit_signed_heads",
      "truncate audit_signed_heads",
      "update audit_keys set public_key = ''",
      "delete from audit_keys",
    ]) {
      await expect(fixture.sql.unsafe(statement), statement).rejects.toThrow("permission denied");
      await expect(fixture.owner.unsafe(statement), statement).rejects.toThrow("append-only");
      await expect(
        fixture.database.asTenant(tenants[0]!, (tx) => tx.execute(statement)),
        statement,
      ).rejects.toThrow();
    }
    const forged = `insert into audit_signed_heads (tenant_id, seq, hash, signed_at, key_id, signature)
      values ('${tenants[0]}', 1, '', now(), '', '')`;
    await expect(fixture.database.asTenant(tenants[0]!, (tx) => tx.execute(forged))).rejects.toThrow();
    await expectUnbroken();
  });

  it("show a tenant that was removed from the database, if a copy names it", async () => {
    const stray = signer.sign({
      tenantId: "00000000-0000-7000-8000-000000000001",
      seq: 3,
      hash: "a".repeat(64),
      signedAt: new Date(),
    });
    const reports = await verifyAudit(fixture.sql, { tenantId: null, keys, copy: [...copy, stray] });
    const found = reports.find(({ tenantId }) => tenantId === stray.tenantId)!;
    expect(found.faults[0]).toMatchObject({
      seq: 3,
      fault: expect.stringContaining("entry that is missing"),
    });
  });

  it("show a line that was taken out of the middle of the copy", async () => {
    const shorter = copy.filter((_, at) => at !== Math.floor(copy.length / 2));
    const reports = await verifyAudit(fixture.sql, { tenantId: null, keys, copy: shorter });
    expect(reports.flatMap(({ faults }) => faults)).toEqual([
      expect.objectContaining({ fault: expect.stringContaining("is missing in the copy") }),
    ]);
  });
});

describe("a key", () => {
  it("is taken as PKCS#8 of Ed25519 alone", () => {
    const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(openAuditSigner(pem)!.keyId).toMatch(/^[0-9a-f]{32}$/);
    expect(openAuditSigner(pem.trim().replaceAll("\n", "\\n"))!.keyId).toBe(openAuditSigner(pem)!.keyId);
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(openAuditSigner(other.privateKey.export({ type: "pkcs8", format: "pem" }).toString())).toBeNull();
    expect(openAuditSigner("a key")).toBeNull();
    expect(readAuditKeys(other.publicKey.export({ type: "spki", format: "pem" }).toString()).size).toBe(0);
    expect([...readAuditKeys(`kept\n${signer.publicKey}and\n${intruder.publicKey}`).keys()]).toEqual([
      signer.keyId,
      intruder.keyId,
    ]);
  });
});

describe("a line of the copy", () => {
  it("is read back as it was, also behind a log collector's words, and refused when it is cut", () => {
    const line = headLine(copy[0]!);
    expect(readHeadLine(line)).toEqual(copy[0]);
    expect(readHeadLine(`<110>1 2026-11-29T08:00:00Z host smscrm - - - ${line}`)).toEqual(copy[0]);
    expect(readHeadLine(line.slice(0, -20))).toBeNull();
    expect(readHeadLine("")).toBeNull();
  });
});
