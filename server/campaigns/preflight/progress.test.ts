import { fillVariedAudience } from "@smscrm/db/testing/varied-audience";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type Caller,
  createTenant,
  DRAFT,
  startTestServer,
  type TestServer,
} from "../../testing/test-api.ts";
import type { Preflight } from "./run.ts";

const CONTACTS = 60_000;

let server: TestServer;
let owner: Caller;
let stranger: Caller;
beforeAll(async () => {
  server = await startTestServer();
  const tenantId = await createTenant(server.sql, "acme");
  await createTenant(server.sql, "other");
  owner = await server.signIn("owner@acme.example.com");
  stranger = await server.signIn("owner@other.example.com");
  await fillVariedAudience(server.sql, { tenantId, contacts: CONTACTS });
});
afterAll(() => server.close());

it("a preflight says what it has counted while it runs, to nobody of another organisation", async () => {
  const { data: campaign } = await owner.mutate<{ id: string }>("campaigns.create", {
    ...DRAFT,
    audience: { kind: "all" },
  });
  const { id } = campaign;
  const progressOf = async (caller: Caller) =>
    (await caller.query<Record<string, number> | null>("campaigns.preflightProgress", { id })).data;
  expect(await progressOf(owner)).toBeNull();
  let isRunning = true;
  const checking = owner.query<Preflight>("campaigns.preflight", { id }).finally(() => {
    isRunning = false;
  });
  const seen: Record<string, number>[] = [];
  while (isRunning) {
    const [ours, theirs] = await Promise.all([progressOf(owner), progressOf(stranger)]);
    if (ours) seen.push(ours);
    expect(theirs).toBeNull();
  }
  const { data } = await checking;
  expect(data.audience).toBeGreaterThan(CONTACTS * 0.9);
  expect(seen.length).toBeGreaterThan(1);
  expect(seen[0]!.audience).toBeLessThan(CONTACTS / 2);
  for (const { audience, now, later, refused } of seen) {
    expect(now! + later! + refused!).toBe(audience);
    expect(audience).toBeLessThanOrEqual(data.audience);
  }
  expect(await progressOf(owner)).toBeNull();
});
