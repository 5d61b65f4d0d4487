import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { recordForged } from "../carrier/webhooks.ts";
import { listSendJobs } from "../messages/messages.ts";
import { readDiagnosis } from "../monitoring/diagnosis.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { readWebhookHealth } from "./system.ts";
import { firstId, firstIdSql, timeOrderedId } from "./time-ordered-ids.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());
afterEach(() => void vi.useRealTimers());

test("the first id of a moment is the same here and in SQL, and no id of that moment is smaller", async () => {
  const { sql } = fixture;
  for (const at of [
    new Date(0),
    new Date("2026-11-28T22:36:29.001Z"),
    new Date("9999-12-31T23:59:59.999Z"),
  ]) {
    const moment = `'${at.toISOString()}'::timestamptz`;
    const [row] = await sql<{ id: string }[]>`select ${sql.unsafe(firstIdSql(moment))} as id`;
    expect(row!.id).toBe(firstId(at));
    expect(timeOrderedId(at) >= firstId(at)).toBe(true);
    expect(timeOrderedId(new Date(at.getTime() - 1)) < firstId(at) || at.getTime() === 0).toBe(true);
  }
});

test("messages since a moment before 1970 are all messages", async () => {
  const { tenantId } = await fixture.running(3);
  const page = await fixture.database.asTenant(tenantId, (tx) =>
    listSendJobs(tx, tenantId, { since: new Date("1960-01-01T00:00:00Z"), limit: 10 }),
  );
  expect(page.items).toHaveLength(3);
});

test("the last day is counted by the database's clock, which made the ids, and not by this machine's", async () => {
  const { sql } = fixture;
  const tenantId = await fixture.tenant();
  await recordForged(sql, "status", "/webhooks/twilio/status/1");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 48 * 3_600_000 });
  expect(await readWebhookHealth(sql)).toMatchObject({ forgedLast24h: 1 });
  const asked = { worker: "ok", redis: "ok" } as const;
  const { webhooks } = await readDiagnosis(sql, tenantId, asked, "operator");
  expect(webhooks.forgedLastHour).toBe(1);
});
