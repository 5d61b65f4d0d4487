import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { segments } from "../text/segments.ts";
import { classifyReply, REPLY_KINDS, replyPlan } from "./replies.ts";
import { CARRIER_HELP, CARRIER_START, CARRIER_STOP } from "./reply-words.ts";

const all = (kind: string, replies: readonly string[]) =>
  test.each(replies.map((reply) => [reply]))(`${kind}: %s`, (reply) =>
    expect(classifyReply(reply)).toBe(kind),
  );

describe("the keyword is the whole message", () => {
  all("opt-out", [...CARRIER_STOP, ...CARRIER_STOP.map((word) => word.toUpperCase())]);
  all("opt-in", [
    ...CARRIER_START.filter((word) => word !== "yes"),
    "START",
    "Unstop",
    " start ",
    "Start.",
    "START!!",
    "“start”",
  ]);
  all("help", [...CARRIER_HELP, "HELP", "Help!", "info?", "Aide"]);
  all("opt-out", [
    ...[
      "Stop.",
      "STOP!!",
      " stop ",
      "“STOP”",
      "'stop'",
      '"Stop."',
      "(stop)",
      "*stop*",
      "#stop",
      "stop\n",
      "> STOP",
    ],
    ...[
      "s\u200bto\u200bp",
      "\u200eSTOP\u200f",
      "ＳＴＯＰ",
      "STOP 🛑",
      "🛑",
      "stop 😡",
      "S.T.O.P",
      "s t o p",
      "STOOOOP",
    ],
    ...[
      "stopp",
      "STOP ALL",
      "Stop-All",
      "opt out",
      "OPT-OUT",
      "opt me out",
      "unsub",
      "remove",
      "Remove me",
      "stop?",
    ],
    ...["ARRET", "ARRÊT", "arrêter", "Arretez", "alto", "Baja", "Abmelden", "désabonner", "sotp", "cease"],
  ]);
});

describe("the keyword among courtesies, or alone in a sentence", () => {
  all("opt-out", [
    ...[
      "stop please",
      "please stop",
      "pls stop",
      "Stop. Thank you",
      "Stop, thanks",
      "ok stop",
      "stop now",
      "Hi stop",
    ],
    ...[
      "stop stop stop",
      "STOP NOW!!!",
      "no, stop",
      "just stop",
      "stop mate",
      "Please cancel",
      "cancel thanks",
    ],
    ...["I'm busy. Stop.", "STOP! You have the wrong number", "Stop. This is Karen", "Wrong number - stop"],
    ...[
      "Stop\nRegards, Mia",
      "Not voting for you. STOP",
      "stop it",
      "Stop this please",
      "will you stop",
      "Can you stop?",
    ],
    ...[
      "make it stop!!",
      "I said stop",
      "I SAID STOP!",
      "I asked you to stop",
      "for the last time stop",
      "omg stop",
    ],
    ...["stop 2 end", "STOP to end", "yes stop", "and stop", "stop ffs", "please, unsubscribe. thanks"],
  ]);
});

describe("said in a sentence", () => {
  all("opt-out", [
    ...[
      "please stop texting me",
      "stop texting me",
      "STOP TEXTING ME!!!",
      "Stop texting",
      "can you stop texting me?",
    ],
    ...[
      "Could you please stop messaging this number",
      "stop messaging us",
      "quit texting me",
      "stop contacting me",
    ],
    ...[
      "stop sending me texts",
      "stop sending these",
      "please stop sending me these messages",
      "Stop sending me shit",
    ],
    ...["stop sending me", "stop bothering me", "stop harassing me", "stop spamming me", "Stop calling me"],
    ...[
      "stop the texts",
      "stop these messages",
      "Stop all texts",
      "please stop all messages from Labor",
      "end all texts",
    ],
    ...[
      "I want to stop receiving these texts",
      "I'd like to stop getting messages",
      "how do I stop these texts?",
    ],
    ...[
      "Please stop these annoying messages",
      "stop with the texts already",
      "stop you idiots",
      "not interested, stop",
    ],
    ...[
      "Please refrain from texting me",
      "I'm not interested in these texts",
      "do not text",
      "take me of your list",
    ],
    ...[
      "STOP SENDING",
      "I want to stop receiving",
      "Remove from list",
      "remove number",
      "delete my contact details",
    ],
    ...[
      "opted out already",
      "I have already opted out",
      "F off",
      "He is dead, stop texting",
      "Sorry wrong number. Remove me",
    ],
    ...["stop using my number", "tell them to stop texting me"],
    ...["no more texts", "No more messages please", "no more txts thanks", "enough texts", "no more of this"],
    ...[
      "take me off your list",
      "Please take me off this list",
      "take me off",
      "take my number off your list",
    ],
    ...[
      "get me off this list",
      "keep me off your lists",
      "I want off this list",
      "take us out of your database",
    ],
    ...[
      "remove me",
      "remove me please",
      "please remove me from your list",
      "Remove my number",
      "delete my number",
    ],
    ...[
      "please delete my details from your system",
      "I want to be removed",
      "remove me immediately",
      "lose my number",
    ],
    ...[
      "remove this number from your contact list",
      "I would like to be taken off",
      "Remove us from these messages",
    ],
    ...[
      "unsubscribe me",
      "please unsubscribe",
      "I want to unsubscribe",
      "how do I unsubscribe",
      "unsuscribe",
    ],
    ...[
      "I already unsubscribed",
      "opt me out please",
      "I want to opt out",
      "opt out of all messages",
      "opting out now",
    ],
    ...[
      "don't text me again",
      "Don’t text me",
      "do not text me",
      "dont text me anymore",
      "never text me again",
    ],
    ...[
      "Do not contact me",
      "do not contact this number again",
      "please don't message me",
      "don't ever text me again",
    ],
    ...[
      "don't send me any more texts",
      "do not send me anything",
      "don't send me these please",
      "don't text again",
    ],
    ...[
      "I don't want these texts",
      "I do not want to receive these messages",
      "I no longer wish to receive texts",
    ],
    ...[
      "I don't want to be contacted",
      "I don't want you texting me",
      "I don't want you to text me",
      "I don't want these",
    ],
    ...[
      "I didn't sign up for these texts",
      "I did not ask for these messages",
      "I never agreed to these texts",
    ],
    ...["no longer interested in these texts", "don't want any more", "I don't want to hear from you"],
    ...[
      "leave me alone",
      "Leave us alone!",
      "leave me the hell alone",
      "go away",
      "Fuck off",
      "piss off mate",
      "get lost",
    ],
    ...[
      "I revoke my consent",
      "I withdraw consent",
      "you do not have my permission to text me",
      "I do not consent",
    ],
    ...["I have texted STOP three times", "I already replied stop", "I've said stop", "I told you to stop!"],
    ...["I want you to stop", "I need this to stop now", "cease and desist"],
    ...["Arrêtez de m'envoyer des messages", "je ne veux plus recevoir de sms", "désabonnez-moi"],
    ...["no me envíen más mensajes", "dejen de molestarme", "quiero darme de baja", "keine SMS mehr bitte"],
  ]);
});

describe("ambiguous: never an opt-out, and an operator decides", () => {
  all("ask-a-person", [
    ...["where is the stop"],
    ...["stop the boats", "stop, look and listen"],
    ...["stop texting and driving campaign?", "they should stop sending weapons", "stop making me laugh"],
    ...["never stop!", "Don't. Stop.", "why did you stop texting me?"],
    ...["did you stop texting me", "when did you stop sending texts", "I never unsubscribed"],
    ...["did I unsubscribe?", "I did not opt out", "I won't stop"],
    ...["Cancel?"],
    ...[
      "take me off the waiting list. I quit",
      "don't call me, text me",
      "don't text me at work",
      "Don't text me before 9",
    ],
    ...["you don't text me anymore", "wrong number", "not interested", "this is spam"],
    ...[
      "who gave you my number",
      "how did you get my number?",
      "I'm reporting you to ACMA",
      "I will block you",
    ],
    ...["I got a text that says reply STOP to unsubscribe, is that you?", "start texting me again", "stp"],
    ...["i dont want this", "I don't want any", "I don't want you to call, just text"],
    ...[
      "stop calling, text instead",
      "cancel the reminder for my 3pm",
      "no more this week please",
      "Just Stop Oil",
    ],
    ...["I don't consent to the new road", "we must stop these communications with Iran"],
    ...["I'll stop texting", "I'll block this number", "they should leave us alone", "I don't need this"],
  ]);
});

describe("ordinary replies", () => {
  // Words of opt-outs that plainly mean something else.
  all("none", [
    ...["We need to stop climate change", "Please don't stop", "don't unsubscribe me"],
    "can you stop by at 5",
    "Can you stop by later?",
    "stop by anytime",
    "I'm at the bus stop",
    "non-stop work this week",
    "I stopped smoking",
    "stop smoking",
    "I'll cancel my appointment",
    "please cancel my order",
    "cancel my 3pm",
    "I quit my job",
    "remove the blue one from my order",
    "no more beer",
    "I asked them to stop the bus",
    "bus stop",
    "stop by any time",
    "I'll stop in on Friday",
    "the stop sign on Main St",
    "do you have a stopwatch?",
    "stop over at ours",
    "cancel Tuesday's appointment please",
    "quit smoking last year",
    "enough for 20 people?",
    "no more than 3",
  ]);

  all("none", [
    ...[
      "",
      "   ",
      "?",
      "👍",
      "Thanks!",
      "thank you",
      "ok",
      "when does it start?",
      "When does the sale end?",
      "start?",
    ],
    ...[
      "Yes",
      "(yes)",
      "Yes?",
      "yes please",
      "yes I'll be there",
      "Yes, 5pm works",
      "let's start at 9",
      "unstoppable!",
      "Christopher",
    ],
    ...[
      "the weekend",
      "I need help with my bill",
      "can you help me",
      "more info please",
      "what info do you need?",
    ],
    ...[
      "the end of the road",
      "send me the link",
      "how much?",
      "who is this?",
      "No",
      "nope",
      "starting tomorrow",
    ],
    ...["Yes yes", "restart it", "take me off the waiting list for Friday", "alto saxophone", "text me at 5"],
    ...[
      "I want some of these",
      "get most of the messages",
      "get me out of here",
      "want more of this",
      "be part of this",
    ],
    ...[
      "end the message with my name",
      "never got these messages",
      "I didn't get the text message",
      "I like these texts",
    ],
    ...["I did not receive your message", "I don't like your message on tax"],
  ]);
});

describe("properties", () => {
  test("decoration never changes a keyword", () => {
    const dressing = fc.stringMatching(/^[ \t."'!*()“”\u200b\u200e]{0,5}$/);
    fc.assert(
      fc.property(fc.constantFrom(...CARRIER_STOP), dressing, dressing, (word, before, after) => {
        expect(classifyReply(before + word + after)).toBe("opt-out");
      }),
    );
  });

  test("only a whole keyword is ever an opt-in", () => {
    const words = fc.constantFrom("start", "yes", "unstop", "it", "does", "when", "again", "please", "me");
    fc.assert(
      fc.property(fc.array(words, { minLength: 2, maxLength: 6 }), (list) => {
        expect(classifyReply(list.join(" "))).not.toBe("opt-in");
      }),
    );
  });

  test("any text is classified quickly, even a hostile one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 3000 }), (text) => {
        expect(REPLY_KINDS).toContain(classifyReply(text));
      }),
    );
    for (const word of [
      "stop sending ",
      "the these all ",
      "i said ",
      "don't ",
      "opt ",
      "😀",
      "no more of the ",
      "stop it x ",
      "stop you it it ",
      "want to be off of the ",
    ]) {
      expect(REPLY_KINDS).toContain(classifyReply(word.repeat(1600)));
    }
  });
});

describe("what to answer", () => {
  test.each([
    ["STOP", true, "opt-out", false],
    [" stop ", true, "opt-out", false],
    ["STOP", false, "opt-out", true],
    ["Stop. Thank you", true, "opt-out", true],
    ["please stop texting me", true, "opt-out", true],
    ["START", true, "opt-in", false],
    ["START", false, "opt-in", true],
    ["HELP", true, "help", false],
    ["help", false, "help", true],
    ["the police will stop you", false, "ask-a-person", false],
    ["see you at 5", false, "none", false],
  ] as const)("%s, carrier answers keywords: %s", (text, carrierHandlesKeywords, kind, answers) => {
    const plan = replyPlan({ text, carrierHandlesKeywords, listedBy: kind === "opt-in" ? "reply" : null });
    expect(plan.kind).toBe(kind);
    expect(plan.answer !== null).toBe(answers);
    expect(plan.why).toMatch(/\.$/);
  });

  test("the carrier's own classification counts, and is not answered twice", () => {
    const of = (optOutType: string | null, text: string) =>
      replyPlan({ text, optOutType, carrierHandlesKeywords: false, listedBy: "reply" });
    expect(of("STOP", "aufhören")).toMatchObject({ kind: "opt-out", answer: null });
    expect(of("START", "weiter")).toMatchObject({ kind: "opt-in", answer: null });
    expect(of("help", "?")).toMatchObject({ kind: "help", answer: null });
    expect(of("", "stop")).toMatchObject({ kind: "opt-out", answer: expect.any(String) });
    expect(of(null, "stop")).toMatchObject({ kind: "opt-out", answer: expect.any(String) });
  });

  test.each([
    ...["YES", "yes!", "Yes please", "ok", "Sure thing", "sí", "START please", "please text me again"],
    ...["Start texting me again", "add me back", "opt me back in", "resubscribe", "I want your texts again"],
  ])("%s never opts in: from a listed person an operator reads it", (text) => {
    const said = { text, carrierHandlesKeywords: true };
    const { kind, answer } = replyPlan({ ...said, listedBy: null });
    expect([["none", "ask-a-person"].includes(kind), answer]).toEqual([true, null]);
    for (const listedBy of ["reply", "carrier", "operator", "import", "sql"])
      expect(replyPlan({ ...said, listedBy })).toMatchObject({ kind: "wants-texts", answer: null });
  });

  test("a yes that the carrier treats as START lifts nothing", () => {
    const yes = { text: "YES", carrierHandlesKeywords: true, optOutType: "START" };
    expect(replyPlan({ ...yes, listedBy: "reply" })).toMatchObject({ kind: "wants-texts", answer: null });
    expect(replyPlan({ ...yes, listedBy: null })).toMatchObject({ kind: "none", answer: null });
  });

  test.each([
    ["reply", "opt-in"],
    ["carrier", "opt-in"],
    ["operator", "wants-texts"],
    ["import", "wants-texts"],
    ["sql", "wants-texts"],
  ])("START of a person listed by %s is %s", (listedBy, kind) => {
    for (const optOutType of [null, "START"])
      expect(replyPlan({ text: "START", carrierHandlesKeywords: true, optOutType, listedBy })).toMatchObject({
        kind,
        answer: null,
      });
    expect(replyPlan({ text: "Start!", carrierHandlesKeywords: true, listedBy }).answer === null).toBe(
      kind !== "opt-in",
    );
  });

  test("a machine gets no answer, but its opt-out counts", () => {
    const text = "Automatic reply: I'm driving. Please stop texting me";
    expect(replyPlan({ text, carrierHandlesKeywords: true, listedBy: null })).toMatchObject({
      kind: "opt-out",
      answer: null,
    });
  });

  test.each([
    ["no more offers but keep my reminders", /only some of our texts/],
    ["wrong number", /may be an opt-out/],
  ])("%s gets no automatic answer: a person reads it", (text, why) =>
    expect(replyPlan({ text, carrierHandlesKeywords: false, listedBy: null })).toMatchObject({
      answer: null,
      why: expect.stringMatching(why),
    }),
  );

  test.each(["alta", "début", "börja", "订阅", "Подписаться", "subscribe"])(
    "%s never opts in: from a listed person an operator reads it, from others too",
    (text) => {
      const said = { text, carrierHandlesKeywords: true };
      expect(replyPlan({ ...said, listedBy: "reply" })).toMatchObject({ kind: "wants-texts", answer: null });
      expect(replyPlan({ ...said, listedBy: null }).kind).not.toBe("opt-in");
    },
  );

  test.each(["parar?", "basta?", "Abmelden?", "退订?"])("%s is a question: a person reads it", (text) =>
    expect(classifyReply(text)).toBe("ask-a-person"),
  );

  test.each(["stiop", "sytop", "sotp please", "tsop"])("%s is a mistyped keyword", (text) =>
    expect(classifyReply(text)).toBe("opt-out"),
  );
  test.each(["stomp", "sl0p", "5lop"])("%s is no mistyped keyword", (text) =>
    expect(classifyReply(text)).toBe("none"),
  );

  test("our answers are one GSM-7 segment each", () => {
    for (const text of ["stop", "start", "help"]) {
      const { answer } = replyPlan({ text, carrierHandlesKeywords: false, listedBy: "reply" });
      expect(segments(answer!)).toMatchObject({ encoding: "GSM-7", segments: 1 });
    }
  });
});
