import { describe, expect, test } from "vitest";
import { exampleAllowances, exampleFacts, exampleSender, EXAMPLE_NOW as now } from "../testing/example.ts";
import type { SenderAllowance } from "./gate.ts";
import { chooseSender, sender } from "./sender.ts";

const RESETS = new Date("2026-11-23T16:00:00Z");
const ask = (senders: SenderAllowance[]) => sender(exampleFacts(), now, exampleAllowances({ senders }));

describe("the gate", () => {
  test("passes with a number for the country, out of tokens or not", () => {
    expect(ask([exampleSender()])).toEqual({ kind: "pass" });
    expect(ask([exampleSender({ tokens: -5 })])).toEqual({ kind: "pass" });
    expect(ask([exampleSender({ warmUpLeft: 0 }), exampleSender({ warmUpLeft: 1 })])).toEqual({
      kind: "pass",
    });
  });

  test("holds without a number for the country", () => {
    const hold = {
      kind: "hold",
      reason: "No sender",
      until: new Date("2026-11-23T04:05:00Z"),
      recheck: true,
    };
    expect(ask([])).toEqual({ ...hold, looked: { country: "AU", senders: 0 } });
    expect(ask([exampleSender({ country: "US" })])).toEqual({
      ...hold,
      looked: { country: "AU", senders: 1 },
    });
  });

  test("holds until the first warm-up renews when all are used up", () => {
    const first = new Date("2026-11-23T12:00:00Z");
    const used = (warmUpResetsAt: Date) => exampleSender({ warmUpLeft: 0, warmUpResetsAt });
    expect(ask([used(RESETS), used(first), used(RESETS)])).toEqual({
      kind: "hold",
      reason: "Warm-up",
      until: first,
      looked: { country: "AU", senders: 3 },
    });
  });
});

describe("a name, which nobody can reply to", () => {
  const name = exampleSender({
    id: "name",
    kind: "alphanumeric" as const,
    registration: "registered" as const,
  });
  const other = { country: "US", kind: "alphanumeric" as const, registration: "registered" as const };
  const asked = (senders: SenderAllowance[], offersOptOutMethod?: boolean) =>
    sender(exampleFacts({ offersOptOutMethod }), now, exampleAllowances({ senders }));

  test("sends a text with another opt-out method than a reply", () => {
    expect(asked([name], true)).toEqual({ kind: "pass" });
    expect(
      chooseSender(exampleFacts({ offersOptOutMethod: true }), exampleAllowances({ senders: [name] })),
    ).toBe(name);
  });

  test.each([false, undefined])(
    "sends no other text (%s): it waits for a number, and says why",
    (offersOptOutMethod) => {
      expect(asked([name], offersOptOutMethod)).toMatchObject({
        kind: "hold",
        reason: "No sender",
        looked: { country: "AU", senders: 1, fault: "no-opt-out-method" },
      });
      const facts = exampleFacts({ offersOptOutMethod, stickySenderId: "name" });
      expect(chooseSender(facts, exampleAllowances({ senders: [name] }))).toBeNull();
    },
  );

  test("is not mentioned where a number can send, or for another country", () => {
    expect(asked([name, exampleSender()])).toEqual({ kind: "pass" });
    expect(asked([exampleSender(other)])).toMatchObject({ looked: { country: "AU", senders: 1 } });
    expect(asked([exampleSender(other)])).not.toHaveProperty("looked.fault");
    expect(asked([exampleSender(other)], true)).not.toHaveProperty("looked.fault");
    expect(asked([{ ...name, warmUpLeft: 0 }], true)).toMatchObject({ reason: "Warm-up" });
  });
});

describe("the rules of the person's country", () => {
  const inCountry = (country: string) => ({ ...exampleFacts().phone, country });
  const name = exampleSender({ kind: "alphanumeric", registration: "pending" });

  test("hold a message whose senders there all break one, and say which is nearest to sending", () => {
    const facts = exampleFacts({ offersOptOutMethod: true });
    const refused = exampleSender({ kind: "alphanumeric", registration: "refused" });
    const elsewhere = exampleSender({ country: "US" });
    expect(sender(facts, now, exampleAllowances({ senders: [name, refused, elsewhere] }))).toMatchObject({
      kind: "hold",
      reason: "No sender",
      looked: { country: "AU", senders: 3, fault: "name-not-registered" },
    });
    expect(sender(facts, now, exampleAllowances({ senders: [name, exampleSender()] }))).toEqual({
      kind: "pass",
    });
  });

  test("of a text count for marketing alone", () => {
    const facts = { phone: inCountry("FR"), textFaults: ["text-lacks-words"] as const };
    const allowances = exampleAllowances({ senders: [exampleSender({ country: "FR" })] });
    expect(sender(exampleFacts(facts), now, allowances)).toMatchObject({
      looked: { fault: "text-lacks-words" },
    });
    expect(sender(exampleFacts({ ...facts, purpose: "transactional" }), now, allowances)).toEqual({
      kind: "pass",
    });
  });
});

describe("the choice", () => {
  const choose = (senders: SenderAllowance[], stickyOfContact?: string, stickyOfBatch?: string) =>
    chooseSender(
      exampleFacts({ stickySenderId: stickyOfContact }),
      exampleAllowances({ senders, stickySenderId: stickyOfBatch }),
    )?.id ?? null;
  const a = exampleSender({ id: "a", tokens: 3 });
  const b = exampleSender({ id: "b", tokens: 7 });
  const c = exampleSender({ id: "c", tokens: 7 });

  test("is the number with most tokens, the first of equals", () => {
    expect(choose([a, b, c])).toBe("b");
  });

  test("is the person's sticky sender, while it may send", () => {
    expect(choose([b, a], "a")).toBe("a");
    expect(choose([b, a], undefined, "a")).toBe("a");
    expect(choose([b, a, c], "c", "a")).toBe("c");
    expect(choose([b, { ...a, tokens: 0.5 }], "a")).toBe("b");
    expect(choose([b, { ...a, warmUpLeft: 0 }], "a")).toBe("b");
    expect(choose([b, { ...a, country: "US" }], "a")).toBe("b");
  });

  test("is nobody when none may send now", () => {
    expect(
      choose([
        { ...a, tokens: 0 },
        { ...b, country: "NZ" },
        { ...c, warmUpLeft: 0 },
      ]),
    ).toBeNull();
  });
});
