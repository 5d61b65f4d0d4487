import { describe, expect, test } from "vitest";
import { classifyReply, replyPlan } from "./replies.ts";

/** The words again, written out, so that a word missing from a list is noticed. */
const WHOLE_MESSAGES =
  "stop, stopall, unsubscribe, cancel, end, quit, optout, revoke, stop all, stop messages, stop texts, unsub, opt out, " +
  "opt me out, remove, remove me, delete me, go away, get lost, fuck off, piss off, bugger off, f off, eff off, cease, " +
  "cease and desist, no more, no mas, no más, s t o p, sotp, stpo, tsop, stopp, 🛑, arret, arrêt, arreter, arrêter, " +
  "arrete, arrête, arrett, arretez, arrêtez, désabonner, desabonner, désinscrire, desinscrire, désinscription, " +
  "desinscription, alto, baja, darme de baja, abmelden, abbestellen, afmelden, uitschrijven, disiscrivi, cancellami, " +
  "parar, sair";
const POLITE =
  "please pls plz plse pleas thanks thankyou thx ty tks cheers ta hi hello hey hiya gday sorry ok okay kindly now " +
  "immediately asap just already mate bro man dude guys sir maam madam team folks people love merci svp bitte danke " +
  "gracias grazie";

test.each(WHOLE_MESSAGES.split(", "))("%s is an opt-out, in capitals too", (word) => {
  expect(classifyReply(word)).toBe("opt-out");
  expect(classifyReply(word.toUpperCase())).toBe("opt-out");
});

test.each(POLITE.split(" "))("%s around a keyword changes nothing", (word) => {
  expect(classifyReply(`${word} unsub`)).toBe("opt-out");
  expect(classifyReply(`Afmelden ${word}`)).toBe("opt-out");
});

describe("at the edge of a rule", () => {
  const CASES = {
    "opt-out": [
      "no more",
      "stop?",
      "no. stop",
      "we can't. stop",
      "you have the wrong number - stop",
      "hello -- stop",
      "stop; thanks",
      "thank you stop",
      "thank u stop",
      "stop stop",
      "stop  please",
      "''stop''",
      "stop''",
      "'''stop'",
      "stop\n\nplease",
      "Ok\n \nstop\n \nmate",
      "please don't text me",
      "so don't contact me again",
      "well never text me again",
      "block me",
      "off your list",
      "off the list",
      "end this",
      "do not disturb",
      "unsusbcribe",
      ...["stop we already have insurance", "stop my dad died", "stop im not reading these"],
      ...["I don't even have a car stop", "already got it done STOP", "that person is dead stop"],
      ...["wrong number stop", "damn it stop", "roaming stop", "Not the owner. Remove."],
      ...["too many texts. unsubscribe", "stop and unsubscribe", "end my subscription", "suspend messages"],
      ...["I rescind my consent", "consent withdrawn", "you are not authorized to contact me"],
      ...["I decline further texts", "don't use this number again", "what do I text to stop"],
      ...["what part of STOP do you not understand", "would you mind not texting me"],
      ...["remove 555-123-4567", "Remove Susan Smith from your list", "she moved, please remove her"],
      ...["how can i get removed from this", "mark me as do not contact", "Don't you dare text me again"],
      ...["ive said stop 3 times", "I'm politely asking you to stop", "fck off", "no mor texts"],
      ...[
        "Please stop, my phone is full",
        "I don't want these updates",
        "She doesn't want to receive these",
        "How did you get my number? Remove it.",
      ],
      "unsubsribe me pls",
      "halt",
    ],
    "ask-a-person": [
      "about unsubscribing",
      "opt-out form where",
      "optout rules",
      "opting out rules",
      "opt out rules",
      "revoking it",
      "spammy",
      "a scam?",
      "harassment",
      "wrong number",
      "wrong person mate",
      "not interested",
      "no longer interested",
      "I will block you",
      "blocked u",
      "blocking this",
      "block your number",
      "off this list",
      "end it",
      "take this off",
      "take it off",
      "report you",
      "reported u",
      "reporting this",
      "report as junk",
      "leave me",
      "leave us",
      "get me off",
      "get off",
      "want off",
      "want out",
      "I don't want it",
      "dont want it",
      "do not wish it",
      "no longer need",
      "never want it",
      "refrain",
      "cease it",
      "don't text after 9",
      "dont txt after 9",
      "don't message at work",
      "don't msg at work",
      "don't contact dad",
      "don't call at night",
      "don't ring at night",
      "don't send dad",
      "do not text at work",
      "do not txt at work",
      "do not message at work",
      "do not contact dad",
      "do not call at work",
      "do not send dad one",
      "how did you get my number",
      "where did u get my number",
      "who gave you this",
      "he died",
      "she passed away",
      "deceased",
      "he is dead",
      "my lawyer",
      "my solicitor",
      "legal action",
      "I will sue",
      "acma",
      "fcc",
      "tcpa",
      "ombudsman",
      "privacy act",
      "do not call register",
      "consent",
      "stp",
      "stip",
      "stap",
      "dtop",
      "atop",
      "enough",
      "resubscribe",
      "re-subscribe",
      "sign me up",
      "sign me back up",
      "start texting me",
      "start sending me",
      "start messaging me",
      "🛑 here",
      "🖕",
      "cancel?",
      "end?",
      "quit?",
      "revoke?",
      "remove?",
      "no more?",
      "Quit. He is bad",
      "Remove. the sign",
      "we agree. cancel. ok",
      "can't. stop.",
      "cant. stop",
      "don't. stop",
      "dont. stop",
      "won't. stop",
      "wont. stop",
      "never. stop",
      "not. stop",
      "do not. stop",
      "I replied stop to you?",
      "text stop to what?",
      "sending 'stop' to which?",
      'reply "stop" to end?',
      "reply stop to end",
      "you don't contact me",
      ...["I don't know which stop", "not sure if we need to stop"],
      ...["opt me out of the insurance please", "unsubscribed from the gym, what do I owe you"],
      ...["Ich will nichts von Ihnen", "no quiero nada de ustedes", "thôi đi", "不想跟你聊了"],
    ],
    none: [
      "if you don't text me back",
      "we don't text me again",
      "subscriber",
      "start?",
      "yes?",
      "it's the end. bye",
      "the buses stop here",
      "he stops there",
      "is it stopping here?",
      "cancelling the meeting",
      "I quit my job",
      "removed the sign",
      "why don't you text me any more",
      "they never text me any more",
      ...["my name is not on the bus stop", "turn these lights off", "👍"],
      ...["this is a request to stop payment on check 201", "your report is attached", "skip the onions"],
    ],
    "partial-opt-out": [
      ...["just the appointment texts please, none of the coupons"],
      ...["you can stop the birthday offers, reminders are fine", "nur Erinnerungen, keine Werbung"],
      ...["Werbung nein danke, Erinnerungen gerne weiter", "wel de afspraken maar geen acties meer"],
      ...["só quero os lembretes, promoções não", "solo los avisos de mis citas, no las promos"],
      ...[
        "bara påminnelser, ingen reklam",
        "vain muistutukset, ei mainoksia",
        "tylko przypomnienia, bez reklam",
      ],
      ...["только напоминания, рекламу не надо", "jen připomínky, žádné reklamy"],
    ],
  };
  for (const [kind, replies] of Object.entries(CASES)) {
    test.each(replies)(`${kind}: %s`, (reply) => expect(classifyReply(reply)).toBe(kind));
  }

  test("only the first 1,600 characters count", () => {
    expect(classifyReply(`${"x".repeat(1_596)} stop`)).toBe("none");
    expect(classifyReply(`${"x".repeat(1_595)} stop`)).toBe("ask-a-person");
  });
});

test("each plan says what happens, with the reason in a sentence", () => {
  const plan = (text: string, changes: Partial<Parameters<typeof replyPlan>[0]> = {}) =>
    replyPlan({ text, carrierHandlesKeywords: true, listedBy: null, ...changes });
  const onShortCode = { carrierHandlesKeywords: false };
  expect(plan("x", { optOutType: " stop " })).toEqual({
    kind: "opt-out",
    answer: null,
    why: "The carrier recognised the word and has answered.",
  });
  expect(plan("the police will stop you").why).toBe("It may be an opt-out: a person should read it.");
  expect(plan("see you").why).toBe("It is an ordinary reply.");
  expect(plan("yes").why).toBe("It is an ordinary reply.");
  expect(plan("yes", { listedBy: "reply" })).toEqual({
    kind: "wants-texts",
    answer: null,
    why: "They are on the do-not-contact list and may want texts again: a person should read it.",
  });
  expect(plan("START")).toMatchObject({
    kind: "opt-in",
    answer: null,
    why: "The person is not opted out, so there is nothing to lift.",
  });
  expect(plan("Liked “Sale. Reply STOP to opt out”").why).toBe("A phone wrote it, quoting our text.");
  expect(plan("Auto-reply: stop texting me").why).toBe("A machine seems to have written it.");
  expect(plan("stop", { listedBy: null }).kind).toBe("opt-out");
  expect(plan("STOP").why).toBe("The carrier answers this word itself.");
  expect(plan("stop texting me")).toEqual({
    kind: "opt-out",
    answer: "You have been unsubscribed and will get no more texts from us. Reply START to get them again.",
    why: "The carrier does not answer this, so we confirm it once.",
  });
  expect(plan("start", { ...onShortCode, listedBy: "reply" }).answer).toBe(
    "You are subscribed again. Reply HELP for help, STOP to unsubscribe. Msg & data rates may apply.",
  );
  expect(plan("help", onShortCode).answer).toBe(
    "Reply STOP to get no more texts from us. For anything else, write here and a person will answer. Msg & data rates may apply.",
  );
});

describe("kinds of replies in many languages", () => {
  test.each([
    ...["stopzetten", "graag stopzetten", "jiondoe", "toka", "laga mi ketu", "no manda mi mas mensahe"],
    ...["ನಿಲ್ಲಿಸಿ", "നിർത്തുക", "બંધ કરો", "los my nou uit", "Verschont mich künftig mit euren Angeboten"],
    ...["Hagyjanak már békén ezekkel", "nechte mě už na pokoji s těma nabídkama", "mam stop"],
    ...["Ticari ileti onayımı geri alıyorum", "prašau išbraukti mane iš sąrašo", "Snälla avregistrera mig"],
  ])("an opt-out: %s", (text) => expect(classifyReply(text)).toBe("opt-out"));

  test.each([
    ...["No me mande nada por correo, mándelo por texto", "Non voglio ricevere chiamate, scrivetemi qui"],
    ...["Ich will keine Anrufe, schreibt mir lieber", "Geen telefoontjes meer, stuur me liever een sms"],
    ...[
      "Stop calling me and text instead",
      "stop sending emails, SMS is fine",
      "Rufen Sie nicht an, schreiben Sie mir",
    ],
    ...["no me manden correos, solo mensajes", "Não me ligue, mande mensagem", "Nie dzwońcie, piszcie"],
    ...["Не звоните, пишите", "aramayın, mesaj atın", "jangan telepon, chat saja", "别打电话，发短信"],
    ...["Ne m'appelez plus, envoyez un sms", "nevolajte, píšte", "call mat karo, message karo"],
  ])("who refuses another way and asks for texts is not opted out: %s", (text) =>
    expect(["none", "ask-a-person", "partial-opt-out"]).toContain(classifyReply(text)),
  );

  test.each([
    ...["Non mi scrivete prima delle 10, poi più avanti va bene", "Only text me on weekdays pls"],
    ...["No me escriban antes de las 9", "schreiben Sie mir bitte nicht vor 9 Uhr"],
  ])("texts at some times only are a part: %s", (text) =>
    expect(classifyReply(text)).toBe("partial-opt-out"),
  );

  test.each([
    ...["Ich kenne Sie nicht", "nichts bestellt!!", "Keine Ahnung was das soll", "não reconheço essa dívida"],
    ...["vou entrar na justiça contra vocês", "I don't know you", "not the right person", "Λάθος κάνετε"],
    ...["I never applied for anything", "I don't have an account with you", "I want a copy of my data"],
    ...["Ich bin nicht Herr Müller", "vous faites erreur", "no conozco a esa persona"],
    ...["hoepel op", "foutez le camp", "andate via", "take a hint", "why am I getting these"],
    ...["non vi conosco", "no he pedido nada", "nie znam was", "Идите к чёрту.", "connard"],
  ])("a person reads of an unknown sender, a wrong person, a threat, an insult: %s", (text) =>
    expect(classifyReply(text)).toBe("ask-a-person"),
  );

  test.each(["aide svp", "aiuto per favore", "Ayuda por favor"])("help with a courtesy: %s", (text) =>
    expect(classifyReply(text)).toBe("help"),
  );

  test.each([
    ...["I want to withdraw my application.", "Remind me?", "ik stop zo even bij jullie langs"],
    ...["stop the music", "Keine Schmerzen mehr", "road is blocked"],
    ...["Borre mi número viejo, use el nuevo", "Yes, I want a specialist to contact me."],
  ])("nobody is asked about: %s", (text) => expect(classifyReply(text)).toBe("none"));
});
