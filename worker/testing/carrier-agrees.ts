import { expect } from "vitest";
import type { SendingFixture } from "./sending-fixture.ts";

/**
 * Compares the database with the carrier's ledger. No attempt has two accepted requests (I1). Each request belongs to
 * an attempt that was committed before it (I2). Each attempt that counts as sent has exactly one request, and one
 * that counts as not sent has none.
 */
export async function expectCarrierAgrees({ sql, creates, until }: SendingFixture): Promise<void> {
  // The last answers are settled a moment after the carrier gave them, and half a second later if that failed.
  await until("every answer of the carrier is settled", async () => {
    const [row] = await sql<
      { n: number }[]
    >`select count(*)::int as n from send_attempts where state = 'accepted'`;
    return row!.n === creates().filter((entry) => entry.message).length;
  });
  const attempts = await sql<
    { id: string; state: string; sid: string | null; claimedAt: Date; to: string }[]
  >`
    select id, state, carrier_sid as sid, claimed_at as "claimedAt", to_phone as "to" from send_attempts`;
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  const taken = new Map<string, string[]>();
  for (const { form, message, receivedAt } of creates()) {
    const id = String(form?.StatusCallback).split("#")[0]!.split("/").at(-1)!;
    const attempt = byId.get(id);
    expect(attempt, `request for ${id}`).toBeDefined();
    expect(attempt!.to).toBe(form?.To);
    expect(attempt!.claimedAt.getTime()).toBeLessThanOrEqual(receivedAt + 1);
    if (message) taken.set(id, [...(taken.get(id) ?? []), message.sid]);
  }
  const wrong = attempts.filter(({ id, state, sid }) => {
    const sids = taken.get(id) ?? [];
    if (state === "accepted") return sids.length !== 1 || sids[0] !== sid;
    if (state === "unknown" || state === "sending") return sids.length > 1;
    return sids.length !== 0;
  });
  expect(wrong).toEqual([]);
  const accepted = attempts.filter((attempt) => attempt.state === "accepted").length;
  expect([...taken.values()].flat()).toHaveLength(accepted);
}
