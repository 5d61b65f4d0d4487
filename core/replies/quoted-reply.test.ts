import { describe, expect, test } from "vitest";
import { looksAutomatic } from "./automatic-reply.ts";
import { ownWords } from "./quoted-reply.ts";
import { classifyReply } from "./replies.ts";

const OURS = "Hi Mia, our spring sale starts today. Demo Store. Reply STOP to opt out";

describe("a phone's reaction says nothing about the person's wish", () => {
  test.each([
    `Liked “${OURS}”`,
    `Loved "${OURS}"`,
    `Disliked “${OURS}”`,
    `Laughed at “Reply STOP to end”`,
    `Emphasized “20% off. Text STOP to unsubscribe”`,
    `Questioned “${OURS}”`,
    `Reacted 👍 to “${OURS}”`,
    `Removed a like from “${OURS}”`,
    `Removed an exclamation mark from “${OURS}”`,
    `Liked “Hi Mia, our spring sale starts today. Reply STOP to o…`,
    `👍 to “${OURS}”`,
    `\u200a😂\u200a to “\u200a${OURS}\u200a”`,
    `❤️ a “${OURS}”`,
    `Le gustó “${OURS}”`,
    `A aimé « ${OURS} »`,
    `Gefällt „${OURS}“`,
    `Curtiu “${OURS}”`,
    `Ha messo Mi piace a “${OURS}”`,
    `Vond “${OURS}” leuk`,
    `Vond dit leuk “${OURS}”`,
    `Hat „${OURS}“ mit „Gefällt mir“ markiert`,
    `Hat mit 👍 auf „${OURS}“ reagiert`,
    `Ha messo “Mi piace” a “${OURS}”`,
    `N’a pas aimé « ${OURS} »`,
    `A réagi 👍 à « ${OURS} »`,
    `A supprimé un j’aime de « ${OURS} »`,
    `Quitó un “Me gusta” de “${OURS}”`,
    `Reaccionó con 👍 a "${OURS}"`,
    `Não gostou de “${OURS}”`,
    `Gillade ”${OURS}”`,
    `Likte «${OURS}»`,
    `Polubiono „${OURS}”`,
    `Понравилось «${OURS}»`,
    `喜歡「${OURS}」`,
    `🇦🇺 to “${OURS}”`,
    `1️⃣ to “${OURS}”`,
    `👍🏽 à « ${OURS} »`,
    `Reacted with a sticker to “${OURS}”`,
    `Liked ‘${OURS}’`,
    `liked '${OURS}'`,
    `Liked "${OURS}"`,
    `Liked “${OURS}”.`,
    `Liked “${OURS}” 👍`,
    "Liked “Hi Mia, don’t miss it. Reply STOP to opt out…",
    "Liked “Hi from Ann’s shop. Reply STOP to opt o…",
    'Liked "Don\'t miss it. Reply STOP to opt out..."',
    "Liked “Don’t miss our “20% off” sale. Reply STOP to end”",
    "Liked an image",
    "Loved 2 photos",
    "Laughed at a voice message",
    "Reacted 😂 to an image",
    "Removed a like from an image",
    "Le gustó una imagen",
    "Gefällt ein Bild",
  ])("%s", (text) => {
    expect(classifyReply(text)).toBe("reaction");
  });

  test.each([
    ["opt-out", `Liked “${OURS}” STOP`],
    ["opt-out", `Liked “${OURS}”\nStop texting me`],
    ["opt-out", `Stop texting me\nLiked “${OURS}”`],
    ["opt-out", "Liked “x” stop “please”"],
    ["opt-out", `Liked “${OURS}” 🛑`],
    ["help", `Liked “${OURS}” help`],
    ["opt-out", "STOP"],
    ["opt-out", "please “stop”"],
    ["opt-out", "Loved it. STOP"],
    ["none", `Loved “${OURS}” ❤️ thanks!`],
    ["none", `Questioned “${OURS}” who are you`],
    ["none", "Liked it a lot, thanks"],
    ["none", "I loved “Frozen”, see you"],
  ])("what the person writes beside it is theirs (%s): %s", (kind, text) => {
    expect(classifyReply(text)).toBe(kind);
    expect(classifyReply(text, [OURS])).toBe(kind);
  });

  test.each([
    "Liked “x STOP",
    "Liked “Spring sale. Reply STOP to opt out",
    'Liked "sale" stop texting me "now"',
    "👍 to STOP",
    "Liked STOP",
    `Gefällt mir: ${OURS}`,
    `Ana le dio like a “${OURS}”`,
  ])("if its end is unclear, an operator reads it: %s", (text) => {
    expect(classifyReply(text)).toBe("ask-a-person");
  });
});

describe("our own text, quoted back", () => {
  test.each([
    ["reaction", OURS],
    ["reaction", `“${OURS}”`],
    ["reaction", `> ${OURS}`],
    ["reaction", `Re: ${OURS}`],
    ["reaction", `FW: ${OURS}`],
    ["reaction", `${OURS} 👍`],
    ["reaction", "“Hi Mia, our spring sale starts to…”"],
    ["reaction", `Liked "${OURS}"`],
    ["reaction", `Liked ${OURS}`],
    ["opt-out", `Liked ${OURS} STOP`],
    ["none", `> ${OURS}\nthanks!`],
    ["none", `${OURS}\n\nSee you there`],
    ["none", `> “${OURS}” what is this?`],
    ["none", `Ana le dio like a “${OURS}”`],
    ["opt-out", `“${OURS}” Please stop texting me`],
    ["opt-out", `> ${OURS}\nno thanks, stop`],
    ["opt-out", `${OURS} STOP`],
    ["opt-out", `STOP\n\n${OURS}`],
    ["help", `${OURS}\nHELP`],
    ["ask-a-person", `„Reply STOP to opt out“`],
    ["ask-a-person", `Thanks! “… starts today. Demo Store. Reply STOP to opt out”`],
  ])("does not count as the person's words (%s): %s", (kind, text) => {
    expect(classifyReply(text, [OURS])).toBe(kind);
  });

  test.each([
    ["STOP to unsubscribe", "Sale! Reply STOP to unsubscribe"],
    ["Reply STOP to opt out", OURS],
    ["STOP to opt out", OURS],
    ["“STOP to opt out”", OURS],
    ["stop to end", "News from us. Text STOP to end"],
    ["stop texting me please", "To end: stop texting me please"],
  ])("does not hide a person's STOP: %s", (text, ours) => {
    expect(classifyReply(text, [ours])).toBe("opt-out");
  });

  test("is the longest of our texts that begin alike", () => {
    const shorter = "Hi Mia, our spring sale starts today";
    expect(classifyReply(`“${OURS}”`, [shorter, OURS])).toBe("reaction");
    expect(classifyReply(`“${OURS}”`, [OURS, shorter])).toBe("reaction");
  });

  test("is found quickly, even in a hostile text", () => {
    const startedMs = performance.now();
    for (const part of [
      "Removed a like from ",
      "“",
      "“a” ",
      "Hi Mia, our spring ",
      "hat mit x auf „",
      "👍 to ",
    ])
      classifyReply(part.repeat(1_600), [OURS, "hi mia ".repeat(200)]);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  test.each([
    ["To stop these messages reply STOP", "To stop these messages reply STOP to this number"],
    ["Text STOP to end these messages now", "Text STOP to end these messages now"],
  ])("that is short may be the person's own words: an operator reads %s", (text, ours) => {
    expect(classifyReply(text, [ours])).toBe("ask-a-person");
  });

  test("is found by its words, not by punctuation, and only from its beginning", () => {
    const quoting = { text: "", isQuoting: true, doubtful: "" };
    expect(ownWords(`"hi mia our SPRING sale starts today"`, [OURS])).toEqual(quoting);
    expect(ownWords("Reply STOP", [OURS])).toEqual({ text: "Reply STOP", isQuoting: false, doubtful: "" });
    expect(ownWords("“something else entirely, STOP”", [OURS]).isQuoting).toBe(false);
    expect(ownWords("stop", ["stop"])).toEqual({ text: "stop", isQuoting: false, doubtful: "" });
    expect(ownWords("\ufffc stop", [OURS])).toMatchObject({ isQuoting: false });
  });
});

describe("a machine's words", () => {
  test.each([
    "Auto-reply: I'm away",
    "Automatic response: out of office until Monday",
    "I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get where I’m going.",
    "This number is not monitored. Text HELP for help",
    "This is an automated message",
    "Respuesta automática: estoy conduciendo",
    "Automatische Antwort: bin im Urlaub",
    "Réponse automatique",
  ])("%s", (text) => expect(looksAutomatic(text)).toBe(true));

  test.each([
    "Out of office. Reply STOP to unsubscribe",
    "Thank you for your message! We will reply within 24 hours. Reply STOP to opt out.",
    "This number is not monitored. Text HELP for help or STOP to end.",
  ])("its footer alone is not an opt-out: %s", (text) => {
    expect(classifyReply(text)).toBe("ask-a-person");
  });

  test.each(["I'll be there", "Stop", "please help me with my automatic car", "office hours?"])(
    "%s is a person's",
    (text) => expect(looksAutomatic(text)).toBe(false),
  );
});

describe("the mail behind an answer is not the person's", () => {
  test.each([
    ["Sounds good, see you Thursday.\n--\nIvan P., ACME\nUnsubscribe: https://acme.example/u", "none"],
    ["Yes, call me\n-----Original Message-----\nIf you want to unsubscribe, reply STOP", "none"],
    ["Danke, das passt!\n\nVon: Firma <info@firma.example>\nAbmelden · Firma GmbH", "none"],
    ["Parfait, merci\n\nDe : La boutique\nObjet : Stop aux promos\nRépondez STOP", "none"],
    ["Dziękuję\nW dniu 3.05.2024 o 10:00 Firma napisał(a):\n> Wypisz mnie", "none"],
    ["Proszę o zaprzestanie wysyłki.\n\nOd: Firma <kontakt@firma.example>\nTemat: Wniosek", "opt-out"],
    ["See you then\n---\nUnsubscribe | Privacy", "none"],
    ["Yes please.\n—\nJane, Acme\nTo stop receiving emails unsubscribe", "none"],
    ["I am interested.\n\nThis mail is confidential. To unsubscribe, click here.", "none"],
    // Who says it themselves is heard.
    ["hi\nI tried to unsubscribe, your link won't click", "opt-out"],
    ["Please stop texting me\n________________________________\nFrom: The shop\nSubject: Sale", "opt-out"],
    // What stands alone behind the line is a keyword, not a signature.
    ["Regards\n--\nStop", "opt-out"],
    // Nothing stands before it: the person forwards it, or answers with it.
    ["\n--\nplease stop texting me", "opt-out"],
    ["Stop\nDe: Jan", "opt-out"],
  ] as const)("%j: %s", (text, kind) => expect(classifyReply(text)).toBe(kind));

  test("a hostile text is read at once", () => {
    for (const piece of ["\n-- ", "\nfrom:a\nab", "\n----abcd", "\na. to opt out ", "\n", "\naaaa wrote"]) {
      const before = performance.now();
      ownWords(piece.repeat(1_600).slice(0, 1_600));
      expect(performance.now() - before).toBeLessThan(100);
    }
  });
});
