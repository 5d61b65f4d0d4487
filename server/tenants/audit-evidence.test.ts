import { generateKeyPairSync } from "node:crypto";
import { checkNextLog } from "@smscrm/db/audit/audit-checks";
import { openAuditSigner } from "@smscrm/db/audit/head-signature";
import { signGrownLogs } from "@smscrm/db/audit/signed-heads";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
let acme: Caller;
let other: Caller;
let viewer: Caller;
let acmeId: string;

beforeAll(async () => {
  server = await startTestServer();
  acmeId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  await createTenant(server.sql, "other", ["owner"]);
  acme = await server.signIn("owner@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  other = await server.signIn("owner@other.example.com");
});
afterAll(() => server.close());

const evidence = async (caller: Caller) => (await caller.query<object>("audit.evidence")).data;

it("says when the organisation's own log was signed and checked, and what the check found", async () => {
  expect(await evidence(acme)).toMatchObject({ signedAt: null, checkedAt: null, fault: null });
  const { privateKey } = generateKeyPairSync("ed25519");
  const signer = openAuditSigner(privateKey.export({ type: "pkcs8", format: "pem" }).toString())!;
  // Both owners' sign-ins are in their logs.
  expect(await signGrownLogs(server.sql, signer)).toBeGreaterThanOrEqual(2);
  while (await checkNextLog(server.sql));
  const held = { signedAt: expect.any(String), checkedAt: expect.any(String), fault: null };
  expect(await evidence(acme)).toMatchObject({ ...held, timezone: "Australia/Sydney" });

  await server.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_log set action = 'x' where tenant_id = ${acmeId} and seq = 1`;
  });
  await server.sql`update audit_checks set checked_at = checked_at - interval '25 hours'`;
  while (await checkNextLog(server.sql));
  expect(await evidence(acme)).toMatchObject({
    fault: expect.stringMatching(/^number 1 \(id \d+\) was edited$/),
    unbrokenUntil: null,
  });
  expect(await evidence(other)).toMatchObject(held);
});

it("is for those who may read the log", async () => {
  expect(await viewer.query("audit.evidence")).toMatchObject({ status: 403 });
});
