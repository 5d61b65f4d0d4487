import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { readHeadLine } from "@smscrm/db/audit/head-copy";
import { readAuditKeys, signatureFault } from "@smscrm/db/audit/head-signature";
import { readSigningState, signGrownLogs } from "@smscrm/db/audit/signed-heads";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { workerEnvironment } from "../environment.ts";
import { checkLogsLoop, signLogsLoop } from "./audit-loops.ts";
import { writeHeads } from "./copy-heads.ts";
import { readCopyPlace } from "./environment.ts";
import { signerOf } from "./signing-key.ts";

const log = pino({ level: "silent" });
const folder = mkdtempSync(path.join(tmpdir(), "smscrm-audit-"));
const signer = signerOf({ DATA_DIR: folder, isEmbedded: true })!;

let fixture: SendFixture;
let tenants: string[];
beforeAll(async () => {
  fixture = await openSendFixture();
  tenants = [await fixture.tenant(), await fixture.tenant(), await fixture.tenant()];
});
afterAll(async () => {
  await fixture.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (tenantId: string) => fixture.sql`
  insert into audit_log (tenant_id, action, object_kind) values (${tenantId}, 'import.start', 'import')`;

/** Adds an entry to each log, as if the last signature were an hour old, and signs all of them. */
async function grow(): Promise<void> {
  for (const tenantId of tenants) await write(tenantId);
  expect(await signGrownLogs(fixture.sql, signer, { atOnce: true })).toBe(tenants.length);
}

const signedSeqs = async () =>
  (
    await fixture.sql<
      { of: string }[]
    >`select tenant_id || ' ' || seq as of from audit_signed_heads order by id`
  ).map(({ of }) => of);
const seqsIn = (lines: readonly string[]) =>
  lines.map((line) => {
    const head = readHeadLine(line)!;
    expect(signatureFault(head, readAuditKeys(signer.publicKey))).toBeNull();
    return `${head.tenantId} ${head.seq}`;
  });

describe("the signing of audit logs", () => {
  it("is done once an hour, by one of several workers, and for logs that grew alone", async () => {
    await write(tenants[0]!);
    const loops = Array.from({ length: 4 }, () =>
      signLogsLoop(fixture.sql, { signer, copyTo: undefined }, log),
    );
    await Promise.all(loops.map((loop) => loop.run()));
    expect(await signedSeqs()).toEqual([`${tenants[0]} 1`]);
    await write(tenants[1]!);
    await loops[0]!.run();
    expect(await signedSeqs()).toHaveLength(1);
    await fixture.owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_signed_heads set signed_at = signed_at - interval '61 minutes'`;
    });
    await loops[0]!.run();
    expect(await signedSeqs()).toEqual([`${tenants[0]} 1`, `${tenants[1]} 1`]);
    await fixture.owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`delete from audit_signed_heads`;
    });
  });

  it("does not happen without a key", async () => {
    expect(signerOf({ DATA_DIR: folder, isEmbedded: false })).toBeNull();
    await signLogsLoop(fixture.sql, { signer: null, copyTo: undefined }, log).run();
    expect(await signedSeqs()).toEqual([]);
  });

  it("uses a key of the data folder with the embedded database, which only this user can read", () => {
    expect(signerOf({ DATA_DIR: folder, isEmbedded: true })!.keyId).toBe(signer.keyId);
    expect(statSync(path.join(folder, "audit-signing-key.pem")).mode & 0o777).toBe(0o600);
    const AUDIT_SIGNING_KEY = readFileSync(path.join(folder, "audit-signing-key.pem"), "utf8");
    expect(signerOf({ AUDIT_SIGNING_KEY, DATA_DIR: "/nowhere", isEmbedded: true })!.keyId).toBe(signer.keyId);
  });
});

describe("a copy in a file", () => {
  const file = path.join(folder, "heads.jsonl");
  const lines = () => readFileSync(file, "utf8").trimEnd().split("\n");

  it("gets each head once, in order, and what it missed as soon as it can be written", async () => {
    const loop = signLogsLoop(fixture.sql, { signer, copyTo: `file:${file}` }, log);
    await grow();
    await loop.run();
    await loop.run();
    expect(seqsIn(lines())).toEqual(await signedSeqs());
    expect(statSync(file).mode & 0o777).toBe(0o640);

    const missing = signLogsLoop(fixture.sql, { signer, copyTo: `file:${folder}/none/heads` }, log);
    await missing.run();
    const { copy } = await readSigningState(fixture.sql);
    expect(copy).toMatchObject({ waiting: tenants.length, problem: expect.stringContaining("ENOENT") });
    await missing.run();
    expect((await readSigningState(fixture.sql)).copy!.failingSince).toEqual(copy!.failingSince);

    await grow();
    await loop.run();
    expect(seqsIn(lines())).toEqual(await signedSeqs());
  });

  it("keeps a line that a full disk cut apart from the next one", async () => {
    const cut = path.join(folder, "cut.jsonl");
    writeFileSync(cut, '{"tenant":"0');
    const head = readHeadLine(lines()[0]!)!;
    await writeHeads({ kind: "file", path: cut }, [head]);
    expect(readFileSync(cut, "utf8")).toBe(`{"tenant":"0\n${lines()[0]}\n`);
  });
});

describe("a copy at a syslog server", () => {
  let received: string;
  let answers: (socket: Socket) => void;
  let server: ReturnType<typeof createServer>;
  const open: Socket[] = [];
  beforeEach(async () => {
    received = "";
    answers = (socket) => {
      socket.on("data", (bytes) => {
        received += bytes;
      });
      socket.on("end", () => socket.end());
    };
    server = createServer({ allowHalfOpen: true }, (socket) => {
      open.push(socket.on("error", () => {}));
      answers(socket);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  const port = () => (server.address() as AddressInfo).port;

  /** Splits messages by the length before each (RFC 6587). */
  function messagesIn(text: string): string[] {
    const messages: string[] = [];
    for (let rest = text; rest !== ""; ) {
      const [, length] = /^(\d+) /.exec(rest)!;
      const from = length!.length + 1;
      messages.push(rest.slice(from, from + Number(length)));
      rest = rest.slice(from + Number(length));
    }
    return messages;
  }

  it("gets each head as a message of RFC 5424", async () => {
    await grow();
    await signLogsLoop(fixture.sql, { signer, copyTo: `syslog://127.0.0.1:${port()}` }, log).run();
    const messages = messagesIn(received);
    expect(seqsIn(messages)).toEqual(await signedSeqs());
    for (const message of messages)
      expect(message).toMatch(
        /^<109>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ smscrm - audit-head - \{"tenant":/,
      );
  });

  it("that answers too late, breaks off or is away has not taken them, and gets all of them later", async () => {
    await grow();
    const heads = messagesOf(await signedSeqs());
    const place = readCopyPlace(`syslog://127.0.0.1:${port()}`)!;
    answers = () => {};
    await expect(writeHeads(place, heads, 200)).rejects.toThrow("did not take the heads within 200 ms");
    answers = (socket) => socket.resetAndDestroy();
    await expect(writeHeads(place, heads, 2_000)).rejects.toThrow(
      /can't be written to|closed the connection/,
    );

    const copyTo = `syslog://127.0.0.1:${port()}`;
    const loop = signLogsLoop(fixture.sql, { signer, copyTo }, log);
    await loop.run();
    const { copy } = await readSigningState(fixture.sql);
    expect(copy).toMatchObject({ place: copyTo, waiting: heads.length });
    expect(copy!.failingSince).toBeInstanceOf(Date);
    answers = (socket) => {
      socket.on("data", (bytes) => {
        received += bytes;
      });
      socket.on("end", () => socket.end());
    };
    await loop.run();
    expect(seqsIn(messagesIn(received))).toEqual(await signedSeqs());
    expect((await readSigningState(fixture.sql)).copy).toMatchObject({
      waiting: 0,
      failingSince: null,
      problem: null,
    });
  });

  /** Heads of these numbers; what they say does not matter to the connection. */
  function messagesOf(seqs: readonly string[]) {
    return seqs.map((each) => {
      const [tenantId, seq] = each.split(" ");
      return signer.sign({
        tenantId: tenantId!,
        seq: Number(seq),
        hash: "0".repeat(64),
        signedAt: new Date(),
      });
    });
  }
});

describe("the check of whole logs", () => {
  it("reads each log once a day and after each signed head, and keeps what it found", async () => {
    const loop = checkLogsLoop(fixture.sql, log);
    const checks = () => fixture.sql<{ tenantId: string; fault: string | null; until: Date | null }[]>`
      select tenant_id as "tenantId", fault, unbroken_until as until from audit_checks order by tenant_id`;
    const checkAll = async () => {
      for (let round = 0; round < tenants.length; round += 1) expect(await loop.run()).toBeLessThan(60_000);
      expect(await loop.run()).toBe(60_000);
    };
    await checkAll();
    await grow();
    await checkAll();
    const held = await checks();
    expect(held).toHaveLength(tenants.length);
    for (const { fault, until } of held) expect([fault, until]).toEqual([null, expect.any(Date)]);

    await fixture.owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_log set action = 'x' where tenant_id = ${tenants[0]!} and seq = 1`;
    });
    await fixture.sql`update audit_checks set checked_at = checked_at - interval '25 hours'`;
    await checkAll();
    const broken = (await checks()).filter(({ fault }) => fault !== null);
    expect(broken).toEqual([
      { tenantId: tenants[0], fault: expect.stringMatching(/^number 1 \(id \d+\) was edited$/), until: null },
    ]);
    expect((await readSigningState(fixture.sql)).broken).toBe(1);
  });
});

describe("the variables", () => {
  it("name a file with its whole path, or a server with its port", () => {
    expect(readCopyPlace("file:/var/log/heads.jsonl")).toEqual({
      kind: "file",
      path: "/var/log/heads.jsonl",
    });
    expect(readCopyPlace("syslog://logs.example.com:6514")).toEqual({
      kind: "syslog",
      host: "logs.example.com",
      port: 6514,
    });
    expect(readCopyPlace("syslog://[::1]:601")).toEqual({ kind: "syslog", host: "::1", port: 601 });
    for (const text of [
      "file:heads.jsonl",
      "file:/var/log/",
      "syslog://host",
      "syslog://host:0",
      "syslog://host:65536",
      "syslog://user@host:1",
      "s3://bucket",
      "/var/log/heads.jsonl",
    ])
      expect(readCopyPlace(text), text).toBeNull();
  });

  it("are refused by name, without their value", () => {
    const faults = workerEnvironment({ AUDIT_SIGNING_KEY: "secret", AUDIT_COPY: "ftp://secret" }) as string[];
    expect(faults).toEqual([
      "AUDIT_SIGNING_KEY must be an Ed25519 key in PKCS#8 PEM",
      "AUDIT_COPY must be file:/path/heads.jsonl or syslog://host:port",
    ]);
  });
});
