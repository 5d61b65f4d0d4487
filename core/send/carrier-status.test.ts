import fc from "fast-check";
import { expect, test } from "vitest";
import published from "../data/message-status.json" with { type: "json" };
import {
  type CarrierStatus,
  FINAL_CARRIER_STATUSES,
  isCarrierStatus,
  mergeCarrierStatus,
  sendJobStatusFor,
} from "./carrier-status.ts";

const STATUSES = published.outbound.map((row) => row.status as CarrierStatus);
const status = fc.constantFrom(...STATUSES);
const maybe = fc.option(status);

test("the statuses are the published ones, in the published order", () => {
  expect(STATUSES.filter((name) => !isCarrierStatus(name))).toEqual([]);
  for (const a of published.outbound) {
    const name = a.status as CarrierStatus;
    expect(FINAL_CARRIER_STATUSES.includes(name)).toBe(a.terminal);
    for (const b of published.outbound) {
      if (a.rank < b.rank) {
        expect(mergeCarrierStatus(b.status as CarrierStatus, name)).toBe(b.status);
      }
    }
  }
});

test("every published transition moves forward", () => {
  for (const [from, targets] of Object.entries(published.legalTransitions)) {
    for (const to of targets) {
      expect(mergeCarrierStatus(from as CarrierStatus, to as CarrierStatus)).toBe(to);
    }
  }
});

test("the merge is commutative, associative and idempotent, and null is its identity", () => {
  fc.assert(
    fc.property(maybe, maybe, maybe, (a, b, c) => {
      expect(mergeCarrierStatus(a, b)).toBe(mergeCarrierStatus(b, a));
      expect(mergeCarrierStatus(mergeCarrierStatus(a, b), c)).toBe(
        mergeCarrierStatus(a, mergeCarrierStatus(b, c)),
      );
      expect(mergeCarrierStatus(a, a)).toBe(a);
      expect(mergeCarrierStatus(a, null)).toBe(a);
    }),
  );
});

test("any order and any repetition of callbacks gives the same result", () => {
  const events = fc.array(status, { minLength: 1, maxLength: 12 });
  const repeated = events.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray([...list, ...list], { minLength: list.length, maxLength: 2 * list.length }),
    ),
  );
  const merged = (list: CarrierStatus[]) => list.reduce<CarrierStatus | null>(mergeCarrierStatus, null);
  fc.assert(
    fc.property(repeated, ([list, shuffled]) => {
      expect(merged([...shuffled, ...list])).toBe(merged(list));
      expect(merged([...list, ...shuffled])).toBe(merged(list));
    }),
  );
});

test.each([
  ["scheduled", "sent"],
  ["accepted", "sent"],
  ["queued", "sent"],
  ["sending", "sent"],
  ["sent", "sent"],
  ["partially_delivered", "sent"],
  ["canceled", "failed"],
  ["failed", "failed"],
  ["undelivered", "failed"],
  ["delivered", "delivered"],
  ["read", "delivered"],
  ["received", null],
  ["receiving", null],
  ["toString", null],
  ["", null],
])("%s makes the job %s", (carrier, job) => {
  expect(sendJobStatusFor(carrier)).toBe(job);
  expect(isCarrierStatus(carrier)).toBe(job !== null);
});
