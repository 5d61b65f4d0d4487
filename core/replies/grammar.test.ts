import { describe, expect, test } from "vitest";
import { lexiconOf, requestOf } from "./grammar.ts";
import { LEXICON } from "./languages.ts";
import { tokenise } from "./tokens.ts";

/** A small language, and another that shares a word with it. */
const SMALL = lexiconOf([
  {
    ...{
      off: "unsubscribe leave_me_alone",
      stop: "stop",
      send: "send writ* texting",
      not: "not",
      can: "can",
    },
    ...{
      want: "want",
      nowant: "refuse",
      get: "receive",
      more: "again",
      nomore: "enough",
      me: "me",
      my: "my",
    },
    ...{
      mine: "number",
      msg: "messages",
      remove: "delete",
      removeme: "deleteme",
      list: "list",
      revoke: "withdraw",
    },
    ...{
      consent: "consent",
      object: "oppose",
      data: "data",
      ques: "why",
      how: "how",
      keep: "go_on",
      or: "otherwise",
      det: "the",
      time: "tomorrow",
    },
    ...{ thing: "order", fill: "i to from your of about", dont: "dontwrite" },
  },
  { off: "basta", fill: "grazie" },
]);
const isKnown = (word: string) => word === "please";
const asks = (text: string) => requestOf(tokenise(text), SMALL, isKnown, () => false);

describe("the roles of the words of a clause", () => {
  test.each([
    ["unsubscribe", "opt-out"],
    ["please leave me alone", "opt-out"],
    ["leave", "none"],
    ["stop writing me", "opt-out"],
    ["me writing stop", "opt-out"],
    ["stop", "none"],
    ["not send me messages", "opt-out"],
    ["i can not send", "none"],
    ["dontwrite", "opt-out"],
    ["i not want to receive", "opt-out"],
    ["i not want your messages", "opt-out"],
    ["i not want to send me", "opt-out"],
    ["i refuse messages", "opt-out"],
    ["i refuse", "none"],
    ["enough messages", "opt-out"],
    ["enough of texting", "opt-out"],
    ["not messages again", "opt-out"],
    ["not messages", "none"],
    ["delete me", "opt-out"],
    ["delete my number", "opt-out"],
    ["delete from list", "opt-out"],
    ["deleteme", "opt-out"],
    ["delete", "none"],
    ["i withdraw my consent", "opt-out"],
    ["i withdraw", "none"],
    ["i oppose data", "opt-out"],
    ["how to unsubscribe", "opt-out"],
    ["how to delete my number from list", "opt-out"],
    ["i want enough receive", "opt-out"],
    ["not want send again", "opt-out"],
    ["i not want to send", "none"],
    ["go on texting", "none"],
    ["please stop writing me otherwise police", "opt-out"],
    ["not send 15", "opt-out"],
    ["send me messages", "none"],
  ])("%s: %s", (text, request) => expect(asks(text).request).toBe(request));

  test.each([
    ["an unknown word beside what asks to stop", "unsubscribe zebra", "doubtful"],
    ["an unknown word beside a prohibition of texts", "not send me zebra", "doubtful"],
    ["an unknown word beside a prohibition of something", "not send zebra", "none"],
    ["an unknown thing that is not to be sent", "not send me the zebra", "none"],
    ["an unknown thing of the person's own", "delete my zebra list", "none"],
    ["an unknown thing and what means an opt-out alone", "unsubscribe the zebra", "doubtful"],
    ["a question", "why unsubscribe", "doubtful"],
    ["a question how to delete something", "how to delete my number", "doubtful"],
    ["not before what asks to stop", "i refuse to unsubscribe", "doubtful"],
    ["another way in another clause", "unsubscribe, write about data", "doubtful"],
    ["another language for one word", "unsubscribe grazie", "doubtful"],
    ["words of two languages, each a whole clause", "please, basta grazie", "opt-out"],
    ["an order and messages", "stop messages about my order", "doubtful"],
  ])("%s is for a person or nothing: %s is %s", (_, text, request) =>
    expect(asks(text).request).toBe(request),
  );

  test("a request over the two clauses of a sentence counts", () =>
    expect(asks("i not want, please, messages").request).toBe("opt-out"));

  test("what is forbidden for a time, or of a thing, is limited to it", () => {
    expect(asks("not write me tomorrow")).toMatchObject({
      request: "none",
      limited: [{ range: [0, 4], isDoubtful: false, language: 0 }],
    });
    expect(asks("please, unsubscribe order")).toMatchObject({
      request: "none",
      limited: [{ range: [1, 3], isDoubtful: false, language: 0 }],
    });
    expect(asks("not write me again tomorrow").request).toBe("opt-out");
    expect(asks("not order messages again").limited).toMatchObject([{ isDoubtful: true }]);
  });

  test("a threat behind a request leaves it one, unless a time or a thing follows", () => {
    expect(asks("stop writing otherwise order").request).toBe("none");
    expect(asks("stop writing otherwise zebra tomorrow").request).toBe("doubtful");
    expect(asks("zebra stop writing otherwise police").request).toBe("doubtful");
    expect(asks("otherwise stop writing zebra").request).toBe("doubtful");
  });

  test("a request that is turned round, or asks for another way, is said to be", () => {
    expect(asks("i refuse to unsubscribe").isTurned).toBe(true);
    expect(asks("unsubscribe, write about data").isTurned).toBe(true);
    expect(asks("unsubscribe zebra").isTurned).toBe(false);
    expect([...asks("unsubscribe").languages]).toEqual([0]);
  });

  test("words that are taken out are not read", () => {
    const isBlocked = (at: number) => at === 0;
    expect(requestOf(tokenise("unsubscribe please"), SMALL, isKnown, isBlocked).request).toBe("none");
  });
});

test("a phrase counts where all of its words stand, the last one with any ending", () => {
  const twoWords = lexiconOf([{ off: "leave_me leave_me_alone*" }]);
  const asked = (text: string) =>
    requestOf(
      tokenise(text),
      twoWords,
      () => false,
      () => false,
    ).request;
  expect([asked("leave me"), asked("leave me alones"), asked("leave us")]).toEqual([
    "opt-out",
    "opt-out",
    "none",
  ]);
  expect(asked("leave. me")).toBe("none");
});

test.each(["no ", "stop ", "no quiero ", "не ", "别", "لا ", "mat ", "jangan ", "stop, ", "stop. "])(
  "%j repeated is read in a number of steps that grows with its length",
  (piece) => {
    const stepsOf = (length: number) => {
      let steps = 0;
      const count = () => {
        steps += 1;
        return false;
      };
      requestOf(tokenise(piece.repeat(length).slice(0, length)), LEXICON, count, count);
      return steps;
    };
    expect(stepsOf(1_600)).toBeLessThanOrEqual(stepsOf(400) * 4.2 + 100);
  },
);
