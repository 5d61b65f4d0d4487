import { describe, expect, test } from "vitest";
import { planReceived } from "../law/added-replies.ts";
import { type RuleVersion, ruleBookAt, SHIPPED_BOOK } from "../law/rule-book.ts";
import type { PartBodies } from "../law/rule-parts.ts";
import { addLawReply, emptyLawTally, isReplayed } from "./law-replay.ts";
import {
  countReply,
  noReplyCounts,
  type ReplyFacts,
  replayReply,
  replyFactsOf,
  replySummary,
  type StoredReply,
  storedReplyFacts,
  unheardReplies,
} from "./reply-replay.ts";

const NOW = new Date("2026-11-23T08:00:00Z");
function bookOf(body: Omit<PartBodies["replies"], "language">) {
  const read = { source: "https://ca.go.ke/rules", checkedOn: "2026-11-20", note: null };
  const version = { id: "v1", country: "KE", part: "replies", ...read, validFrom: NOW, revision: 1 };
  return ruleBookAt([{ ...version, body: { language: "Luo", ...body } } as RuleVersion], NOW);
}
const WEYA = bookOf({ whole: ["weya"], help: ["kony"] });

const FACTS: ReplyFacts = { at: NOW, law: 0, listed: null, carrier: null, ours: [] };
const replyOf = (changes: Partial<StoredReply> = {}): StoredReply => ({
  ...{ id: "1", tenantId: "t", from: "+254712345678", text: "weya", kind: "none", facts: FACTS, ours: [] },
  ...changes,
});

describe("the facts of a reply", () => {
  test("are stored without what is empty, and read back whole", () => {
    expect(storedReplyFacts(FACTS)).toEqual({ at: NOW.toISOString(), law: 0 });
    const full = { at: NOW, law: 3, listed: "reply", carrier: "STOP", ours: ["a"] };
    for (const facts of [FACTS, full])
      expect(replyFactsOf(JSON.parse(JSON.stringify(storedReplyFacts(facts))))).toEqual(facts);
    expect(replyFactsOf(null)).toBeNull();
  });
});

describe("a replay of a reply", () => {
  const ask = "Reply NEIN to opt out";
  const texts: Partial<StoredReply>[] = [
    { text: "weya" },
    { text: "stop" },
    { text: "nein", ours: [ask], facts: { ...FACTS, ours: ["a"] } },
    { text: "yes", facts: { ...FACTS, listed: "reply" } },
    { text: "anything", facts: { ...FACTS, carrier: "STOP" } },
    { text: "weya", from: "+61491570006" },
    { text: "stop", from: "12345" },
  ];
  test.each(texts)("with the words of the time gives what it was heard as: %o", (changes) => {
    const reply = replyOf(changes);
    const { text, from, ours, facts } = reply;
    const received = { text, from, ours, listedBy: facts!.listed, optOutType: facts!.carrier };
    for (const book of [SHIPPED_BOOK, WEYA]) {
      const { kind } = planReceived(received, book);
      expect(replayReply({ ...reply, kind }, book, book)).toEqual({ kind: "known", from: kind, to: kind });
    }
  });

  test("with other words says what it would have been, for numbers of their country", () => {
    const heard = (text: string) =>
      planReceived({ ...replyOf(), text, listedBy: null, optOutType: null }, SHIPPED_BOOK).kind;
    const weya = replyOf({ kind: heard("weya") });
    expect(replayReply(weya, SHIPPED_BOOK, WEYA)).toEqual({
      kind: "known",
      from: heard("weya"),
      to: "opt-out",
    });
    expect(replayReply(replyOf({ kind: "opt-out" }), WEYA, SHIPPED_BOOK)).toEqual({
      ...{ kind: "known", from: "opt-out", to: heard("weya") },
    });
    const abroad = replyOf({ from: "+61491570006", kind: heard("weya") });
    expect(replayReply(abroad, SHIPPED_BOOK, WEYA)).toMatchObject({ to: heard("weya") });
  });

  test("is not possible without its facts or its texts, or where they don't explain what was heard", () => {
    const reasons = [
      replyOf({ facts: null }),
      replyOf({ text: "" }),
      replyOf({ facts: { ...FACTS, ours: ["a", "b"] }, ours: ["only one is left"] }),
      replyOf({ kind: "opt-in" }),
    ].map((reply) => replayReply(reply, SHIPPED_BOOK, WEYA));
    expect(reasons.map((outcome) => outcome.kind === "unknown" && outcome.reason)).toEqual([
      "before",
      "text",
      "text",
      "differs",
    ]);
  });
});

describe("the result of a replay of reply words", () => {
  test("counts meanings that change, opt-outs first, and what can't be compared", () => {
    const counts = noReplyCounts();
    const known = (from: StoredReply["kind"], to: StoredReply["kind"]) =>
      countReply(counts, { kind: "known", from, to });
    known("none", "none");
    known("none", "opt-out");
    known("ask-a-person", "opt-out");
    known("ask-a-person", "opt-out");
    known("partial-opt-out", "help");
    known("opt-out", "none");
    known("opt-out", "ask-a-person");
    known("ask-a-person", "partial-opt-out");
    for (const reason of ["before", "before", "text"] as const)
      countReply(counts, { kind: "unknown", reason });
    expect(counts).toMatchObject({ compared: 8, unknown: { before: 2, text: 1 } });
    expect(counts.shifts).toContainEqual({ from: "ask-a-person", to: "opt-out", replies: 2 });
    expect(replySummary(counts)).toEqual({ heard: 3, unheard: 2, askedMore: 1, askedLess: 3 });
    expect(unheardReplies([counts, undefined])).toEqual([
      "Reply words: 2 opt-outs on record would not have been heard.",
    ]);
    const one = {
      ...noReplyCounts(),
      shifts: [{ from: "opt-out", to: "none", replies: 1 }],
    } as typeof counts;
    expect(unheardReplies([one])).toEqual(["Reply words: 1 opt-out on record would not have been heard."]);
    expect(unheardReplies([undefined, noReplyCounts()])).toEqual([]);
  });

  test("is one of countries' rules, with the organisations that had such replies", () => {
    expect(isReplayed("replies")).toBe(true);
    const tally = emptyLawTally();
    for (const tenantId of ["a", "a", "b"])
      addLawReply(tally, tenantId, { kind: "known", from: "none", to: "opt-out" });
    expect(tally).toMatchObject({ organisations: ["a", "b"], replies: { compared: 3 } });
    expect(tally.held).toBe(0);
  });
});
