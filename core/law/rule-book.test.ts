import { describe, expect, test } from "vitest";
import { faultSentence } from "../campaigns/sender-rules.ts";
import { requiredWording, wordingProblems } from "../campaigns/wording.ts";
import { consentLawOf } from "../consent/consent-law.ts";
import { explainVerdict } from "../explain/explain.ts";
import { evaluate, type MessageFacts } from "../gates/index.ts";
import { compileCampaign, messageFor } from "../gates/message-facts.ts";
import { messagePriceMicros, RATE_CARD } from "../price/pricing.ts";
import { classifyReply, replyPlan } from "../replies/replies.ts";
import { exampleAllowances, exampleFacts, exampleSender } from "../testing/example.ts";
import { hoursFor, lawCapAt } from "../time/destination-hours.ts";
import { ALWAYS_OPEN, isOpen } from "../time/quiet-hours.ts";
import { hoursRules, rulesAt, SHIPPED_HOURS } from "../time/quiet-hours-presets.ts";
import { zoneFor } from "../time/time-zone.ts";
import { addedWordsFor } from "./added-replies.ts";
import { ruleAdvice } from "./advice.ts";
import { countryLaw, lawCountries } from "./country-law.ts";
import { looserRules } from "./looser-rules.ts";
import { partProblems } from "./part-problems.ts";
import { nextChange, type RuleVersion, ruleBookAt, SHIPPED_BOOK, versionsAt } from "./rule-book.ts";
import {
  type PartBodies,
  partInput,
  RULE_PARTS,
  RULES_FORMAT,
  type RulePart,
  rulesFile,
} from "./rule-parts.ts";
import { shippedPart } from "./shipped-parts.ts";

const NOW = new Date("2026-11-23T09:00:00Z");
const SOURCE = "https://ca.go.ke/rules";
const read = { source: SOURCE, checkedOn: "2026-11-20", note: null };

let revision = 0;
function version<Part extends RulePart>(
  part: Part,
  body: PartBodies[Part] | null,
  changes: { country?: string; validFrom?: Date } = {},
): RuleVersion {
  revision += 1;
  const made = {
    id: `v${revision}`,
    country: "KE",
    part,
    body,
    ...read,
    validFrom: NOW,
    revision,
    ...changes,
  };
  return made as RuleVersion;
}
const bookOf = (...versions: RuleVersion[]) => ruleBookAt(versions, NOW);

type HoursRow = PartBodies["hours"][number];
const hoursRow = (changes: Partial<HoursRow> = {}): HoursRow => ({
  ...{ jurisdiction: "KE", name: "Kenya", country: "KE", region: null, basis: "statute" },
  ...{ hours: { "mon-fri": "10:00-16:00" }, holidays: "closed", law: "Rules", source: SOURCE },
  ...{ checked: "2026-11-20", confidence: "a test" },
  ...changes,
});
const consentRow = (changes: Partial<PartBodies["consent"]> = {}): PartBodies["consent"] => ({
  ...{ countries: ["KE"], rule: "express", evidence: "kept", events: null, law: "Data Protection Act" },
  ...{ source: SOURCE, checkedOn: "2026-11-20", confidence: "low" },
  ...changes,
});
const senderRow = (changes: Partial<PartBodies["sender"]> = {}): PartBodies["sender"] => ({
  ...{ country: "KE", names: "registered", why: "the regulator's register", source: SOURCE },
  ...{ checkedOn: "2026-11-20", confidence: "regulator" },
  ...changes,
});
const price = (micros: number): PartBodies["price"] => ({
  rates: [{ country: "KE", direction: "outbound", effectiveFrom: null, microsPerSegment: micros }],
});
const replies = (body: Partial<PartBodies["replies"]>): PartBodies["replies"] => ({
  language: "Luo",
  ...body,
});

describe("the shipped data", () => {
  test.each(RULE_PARTS)("pass the schemas of an operator's rules: %s", (part) => {
    const shipped = lawCountries().flatMap((country) => {
      const found = shippedPart(country, part);
      return found ? [{ country, part, ...read, body: found.body }] : [];
    });
    if (part === "replies") return expect(shipped).toEqual([]);
    expect(shipped.length).toBeGreaterThan(2);
    for (const input of shipped) {
      const parsed = partInput.parse(input);
      expect(partProblems(parsed, NOW, NOW), input.country).toEqual([]);
      expect(JSON.parse(JSON.stringify(parsed.body))).toEqual(JSON.parse(JSON.stringify(input.body)));
    }
  });

  test("are the book without any version, in the same objects", () => {
    expect(SHIPPED_BOOK.hours).toBe(SHIPPED_HOURS);
    expect(SHIPPED_BOOK.rateCard).toBe(RATE_CARD);
    expect(bookOf(version("hours", null)).hours).toBe(SHIPPED_HOURS);
    expect(addedWordsFor(SHIPPED_BOOK, "+254712345678")).toBeNull();
  });

  test("entered as an operator's rules decide the same", () => {
    const versions = ["AU", "US", "FR", "CA"].flatMap((country) =>
      RULE_PARTS.flatMap((part) => {
        const shipped = shippedPart(country, part);
        return shipped ? [version(part, shipped.body as never, { country })] : [];
      }),
    );
    const book = bookOf(...versions);
    const bare = ({ version: _, holidayRows: __, ...rule }: ReturnType<typeof hoursRules>[number]) => rule;
    for (const country of ["AU", "US", "FR", "CA", "DE"]) {
      const rules = (hours = SHIPPED_HOURS) =>
        hoursRules(hours)
          .filter((rule) => rule.country === country)
          .map(bare);
      expect(rules(book.hours)).toEqual(rules());
      expect(messagePriceMicros({ country, segments: 2 }, book.rateCard)).toBe(
        messagePriceMicros({ country, segments: 2 }),
      );
      expect(looserRules(country, SHIPPED_BOOK, book, NOW)).toEqual([]);
    }
  });
});

describe("versions", () => {
  const at = (day: string) => new Date(`2026-12-${day}T00:00:00Z`);
  const first = version("price", price(10_000), { validFrom: at("01") });
  const later = version("price", price(20_000), { validFrom: at("10") });
  const between = version("price", price(30_000), { validFrom: at("05") });

  test("are in force from their date on, the later entered before the others", () => {
    const priceAt = (versions: RuleVersion[], day: string) =>
      messagePriceMicros({ country: "KE", segments: 1 }, ruleBookAt(versions, at(day)).rateCard);
    expect(["01", "09", "10", "20"].map((day) => priceAt([first, later], day))).toEqual([
      10_000, 10_000, 20_000, 20_000,
    ]);
    expect(priceAt([first], "01")).toBe(10_000);
    expect(ruleBookAt([first], NOW).rateCard).toBe(RATE_CARD);
    // Entered last, it takes the place of the scheduled one, too.
    expect(["04", "05", "10"].map((day) => priceAt([later, between, first], day))).toEqual([
      10_000, 30_000, 30_000,
    ]);
    expect(versionsAt([first, later, between], at("20"))).toEqual([between]);
  });

  test("change next at the first date that still counts", () => {
    expect(nextChange([], NOW)).toBeNull();
    expect(nextChange([first, later], NOW)).toEqual(at("01"));
    expect(nextChange([later, first], NOW)).toEqual(at("01"));
    expect(nextChange([first, later], at("01"))).toEqual(at("10"));
    expect(nextChange([first, later, between], at("05"))).toBeNull();
  });
});

describe("hours of the operator's", () => {
  const settings = { country: "AU", quietHours: ALWAYS_OPEN };
  const monday = new Date("2026-11-23T06:30:00Z");
  const open = (book: ReturnType<typeof bookOf>, at: Date) =>
    hoursFor({ ...settings, book }, null, [{ country: "KE", region: null }]).every((schedule) =>
      isOpen(schedule, "Africa/Nairobi", at),
    );

  test("take the place of the default ones, and close on holidays of the operator's", () => {
    const holidays = version("holidays", [{ name: "A day", dates: ["2026-11-24"] }]);
    const book = bookOf(version("hours", [hoursRow()]), holidays);
    expect(open(SHIPPED_BOOK, monday)).toBe(true);
    expect(open(book, monday)).toBe(false);
    expect(open(book, new Date("2026-11-23T07:00:00Z"))).toBe(true);
    expect(open(book, new Date("2026-11-24T07:00:00Z"))).toBe(false);
    expect(rulesAt("KE", null, book.hours)).toBe(rulesAt("KE", null, book.hours));
    expect(rulesAt("UG", null, book.hours)[0]).toMatchObject({ isDefault: true });
    // The default is not closed on holidays, and says so.
    const alone = bookOf(holidays);
    expect(open(alone, new Date("2026-11-24T07:00:00Z"))).toBe(true);
    expect(ruleAdvice("KE", alone, NOW)).toEqual([expect.stringMatching(/no rule of hours closes on them/)]);
    expect(ruleAdvice("KE", book, NOW)).toEqual([expect.stringMatching(/those of 2027 are not known/)]);
    expect(ruleAdvice("KE", bookOf(version("hours", [hoursRow()])), NOW)).toEqual([
      expect.stringMatching(/those of 2027 are not known/),
    ]);
    expect(ruleAdvice("KE", bookOf(version("hours", [hoursRow({ holidays: "as usual" })])), NOW)).toEqual([]);
  });

  test("may be holidays of a shipped country alone", () => {
    const own = version("holidays", [{ name: "A day", on: "11-24" }], { country: "DE" });
    const [rule] = rulesAt("DE", null, bookOf(own).hours);
    expect(rule!.holidayRows).toHaveLength(1);
    expect(rule!.version).toBeUndefined();
  });

  test("hold with the rule's own words and source, whatever the rule becomes later", () => {
    const book = bookOf(version("hours", [hoursRow({ capPerDay: 2 })]));
    const facts = exampleFacts({
      quietHours: {
        schedules: hoursFor({ ...settings, book }, null, [{ country: "KE", region: null }]),
        ...{ zones: ["Africa/Nairobi"], zoneSource: "area-code", overrideReason: null },
      },
    });
    const said = (facts: MessageFacts, at = monday) =>
      explainVerdict(evaluate(facts, exampleAllowances(), at) as never, {
        ...{ contactName: "Ann", recipientZones: ["Africa/Nairobi"], viewerZone: "UTC", now: at },
      });
    expect(said(facts)).toContain(`The law of Kenya allows no texts then (Rules, ${SOURCE}).`);
    const law = lawCapAt([{ country: "KE", region: null }], book.hours);
    expect(law).toMatchObject({ perDay: 2, rule: "KE", own: { law: "Rules" } });
    const recentSubmissions = [new Date(+monday - 1_000), new Date(+monday - 2_000)];
    const capped = exampleFacts({
      frequency: { ...exampleFacts().frequency, recentSubmissions, perDay: null, perWeek: null, law },
    });
    expect(said(capped)).toContain(`at most 2 in 24 hours by the law of Kenya (Rules, ${SOURCE})`);
    const guidance = bookOf(version("hours", [hoursRow({ basis: "guidance" })]));
    const schedules = hoursFor({ ...settings, book: guidance }, null, [{ country: "KE", region: null }]);
    expect(said({ ...facts, quietHours: { ...facts.quietHours, schedules } })).toContain(
      `The recommended hours for Kenya allow no texts then (Rules, ${SOURCE}).`,
    );
  });
});

describe("other parts of the operator's", () => {
  const kenyan = (changes: Partial<MessageFacts> = {}) =>
    exampleFacts({ phone: { ...exampleFacts().phone, country: "KE" }, ...changes });
  const verdictOf = (facts: MessageFacts, kind?: "alphanumeric") =>
    evaluate(
      facts,
      exampleAllowances({
        senders: [
          exampleSender({ country: "KE", ...(kind && { kind, registration: "not-required" as const }) }),
        ],
      }),
      new Date("2026-11-23T04:00:00Z"),
    );
  const sentenceOf = (facts: MessageFacts, kind?: "alphanumeric") =>
    explainVerdict(verdictOf(facts, kind) as never, {
      ...{ contactName: "Ann", recipientZones: ["Africa/Nairobi"], viewerZone: "UTC", now: NOW },
    });

  test("consent: refuses with the law and its source", () => {
    const book = bookOf(version("consent", consentRow({ evidence: "required" })));
    expect(verdictOf(kenyan()).kind).toBe("send");
    expect(verdictOf(kenyan({ book }))).toMatchObject({
      ...{ kind: "drop", gate: "consent" },
      looked: { fault: "no-evidence", law: "Data Protection Act", ruleSource: SOURCE },
    });
    expect(sentenceOf(kenyan({ book }))).toContain(`(KE) by Data Protection Act (${SOURCE})`);
    expect(consentLawOf("AU", book.consent)).toBe(consentLawOf("AU"));
  });

  test("senders: hold with the rule's words and source", () => {
    const rule = senderRow({ beginsWith: ["[A]"], mustSay: { oneOf: ["FREE", "STOP"] } });
    const book = bookOf(version("sender", rule));
    const at = new Date("2026-11-23T04:00:00Z");
    const said = (facts: MessageFacts, kind?: "alphanumeric") =>
      explainVerdict(verdictOf(facts, kind) as never, {
        ...{ contactName: "Ann", recipientZones: ["Africa/Nairobi"], viewerZone: "UTC", now: at },
      });
    expect(said(kenyan({ book }), "alphanumeric")).toContain("the regulator's register");
    expect(said(kenyan({ book, textFaults: ["text-begins-wrong"] }))).toContain("must begin with [A] in KE");
    const lacks = said(kenyan({ book, textFaults: ["text-lacks-words"] }));
    expect(lacks).toContain("FREE, STOP");
    expect(lacks).toContain(`The rule's source: ${SOURCE}`);
    const name = {
      country: "KE",
      kind: "alphanumeric",
      phoneE164: "Acme",
      registration: "not-required",
    } as const;
    const from = { countries: ["KE"], senders: [name], senderName: null };
    expect(wordingProblems("[A] FREE {{opt_out_link}}", { ...from, book }).errors.join()).toContain(
      "regulator's",
    );
    expect(wordingProblems("[A] FREE {{opt_out_link}}", from).errors.join()).not.toContain("regulator's");
    expect(faultSentence("name-refused", "KE", {})).not.toContain("(");
    const bare = bookOf(version("sender", senderRow()));
    expect(verdictOf(kenyan({ book: bare }), "alphanumeric")).toMatchObject({
      looked: { ruleSource: SOURCE },
    });
  });

  test("wording, states and prices", () => {
    const book = bookOf(
      version("wording", {
        country: "KE",
        contact: "none",
        word: "ACHA",
        law: "Rules",
        confidence: "a test",
      }),
      version("states", { NBO: { name: "Nairobi", zones: ["Africa/Nairobi"] } }),
      version("price", { ...price(5_000), carrierFees: [{ ...price(700).rates[0]!, carrier: "One" }] }),
      version("price", { rates: [{ ...price(9_000).rates[0]!, country: "US" }] }, { country: "US" }),
    );
    expect(requiredWording("KE", book.wording).word).toBe("ACHA");
    expect(requiredWording(null, book.wording).country).toBeNull();
    const { warnings } = wordingProblems("Acme. Reply STOP", {
      countries: ["KE"],
      senders: [],
      senderName: null,
      book,
    });
    expect(warnings).toContainEqual(expect.stringContaining("ACHA"));
    const clues = { e164: "+254712345678", country: "KE", state: "nairobi" };
    expect(zoneFor({ ...clues, states: book.states })).toMatchObject({
      ...{ source: "state", regions: [{ country: "KE", region: "NBO" }] },
    });
    expect(zoneFor(clues).source).toBe("unknown");
    expect(messagePriceMicros({ country: "KE", segments: 2 }, book.rateCard)).toBe(11_400);
    // The operator's price is the whole price: no shipped fee is added.
    expect(messagePriceMicros({ country: "US", segments: 1 }, book.rateCard)).toBe(9_000);
    expect(messagePriceMicros({ country: "CA", segments: 1 }, book.rateCard)).toBe(
      messagePriceMicros({ country: "CA", segments: 1 }),
    );
  });

  test("reach a message by the organisation's rules", () => {
    const book = bookOf(version("price", price(5_000)));
    const person = {
      ...{ contactId: "c", phoneE164: "+254712345678", country: "KE", lineType: "MOBILE", firstName: null },
      ...{ lastName: null, email: null, city: null, state: null, postcode: null, custom: {}, timezone: null },
      ...{ timezoneSource: "unknown" as const, invalidReason: null, doNotContactSince: null },
      ...{ doNotContactSource: null, recentSubmissions: [], alreadyInCampaign: false, stickySenderId: null },
      consentSummary: null,
    };
    const rules = {
      ...{ body: "Hi", smartEncoding: false, quietHours: null, quietHoursOverrideReason: null },
      ...{ expiresAt: null, pausedAt: null },
    };
    const tenant = {
      ...{ country: "AU", timezone: "UTC", quietHours: ALWAYS_OPEN, sendingPausedAt: null },
      ...{ trustTenantZone: false, capPerDay: null, capPerWeek: null, book },
    };
    const { facts } = messageFor(person as never, compileCampaign(rules, book), tenant);
    expect(facts).toMatchObject({ priceMicros: 5_000, book });
  });

  test("are named by what is known of the country", () => {
    const book = bookOf(version("price", price(5_000)), version("consent", consentRow()));
    const law = countryLaw("KE", NOW, book)!;
    expect(law).toMatchObject({ priced: true, ownParts: ["price", "consent"] });
    expect(law.missing.join()).not.toMatch(/price|consent/i);
    expect(countryLaw("KE", NOW)!.missing.join()).toMatch(/No price.*No consent/);
  });
});

describe("added reply words", () => {
  const book = bookOf(
    version(
      "replies",
      replies({
        ...{
          whole: ["tho acha", "weya"],
          help: ["kony", "ⵎⴰⵔⴷ", "help"],
          wantsTexts: ["medo"],
          courtesies: "yie",
        },
        roles: { dont: "kikori", msg: "barua" },
      }),
    ),
  );
  const added = addedWordsFor(book, "+254712345678");
  test.each([
    ["weya", "opt-out"],
    ["Weya!", "opt-out"],
    ["yie weya weya", "opt-out"],
    ["weya?", "ask-a-person"],
    ["kikori barua", "opt-out"],
    ["kikori barua?", "ask-a-person"],
    ["kikori barua kuom gimoro", "ask-a-person"],
    ["kony", "help"],
    ["ⵎⴰⵔⴷ", "help"],
    ["help", "help"],
    ["stop", "opt-out"],
    ["start", "opt-in"],
    ["hello", "none"],
    ["only text me about my orders weya?", classifyReply("only text me about my orders weya?")],
  ] as const)("%s is %s", (text, kind) => expect(classifyReply(text, [], added)).toBe(kind));

  test("count only for numbers of their country", () => {
    expect(classifyReply("weya")).toBe("none");
    expect(addedWordsFor(book, "+61491570006")).toBeNull();
    expect(addedWordsFor(book, "12345")).toBeNull();
  });

  test("a shipped doubt stays a doubt", () => {
    expect(classifyReply("no more offers but keep my reminders", [], added)).toBe("partial-opt-out");
    const asking = bookOf(
      version("replies", replies({ whole: ["why did you stop texting me"] })),
    ).replies.get("KE")!;
    expect(classifyReply("why did you stop texting me?", [], asking)).toBe("ask-a-person");
  });

  test("may ask for texts again, which a person decides", () => {
    const reply = { text: "medo", carrierHandlesKeywords: true, listedBy: "reply" };
    expect(replyPlan({ ...reply, added })).toMatchObject({ kind: "wants-texts", answer: null });
    expect(replyPlan(reply)).toMatchObject({ kind: "none" });
    expect(replyPlan({ ...reply, text: "weya", listedBy: null, added })).toMatchObject({ kind: "opt-out" });
  });

  test("that mean something else everywhere else are pointed out", () => {
    const one = bookOf(version("replies", replies({ whole: ["start"] })));
    expect(ruleAdvice("KE", one, NOW)).toEqual([expect.stringMatching(/“start” asks/)]);
    const two = bookOf(version("replies", replies({ whole: ["start", "help"] })));
    expect(ruleAdvice("KE", two, NOW)).toEqual([expect.stringMatching(/“start”, “help” ask /)]);
    const none = bookOf(version("replies", replies({ help: ["kony", "ⵎⴰⵔⴷ", "help"] })));
    expect(ruleAdvice("KE", none, NOW)).toEqual([]);
  });
});

describe("a rule that allows more", () => {
  const after = (...versions: RuleVersion[]) => bookOf(...versions);
  const looser = (country: string, next: ReturnType<typeof bookOf>, before = SHIPPED_BOOK) =>
    looserRules(country, before, next, NOW);

  test("of hours says which, in words", () => {
    const za = (changes: Partial<HoursRow>) =>
      after(
        version("hours", [hoursRow({ jurisdiction: "ZA", country: "ZA", ...changes })], { country: "ZA" }),
      );
    expect(looser("ZA", za({ hours: { "mon-sun": "08:00-21:00" }, holidays: "as usual" }))).toEqual([
      "ZA: the law's hours become longer, every day 08:00–21:00 in place of Mon–Fri 08:00–20:00; Sat 09:00–13:00; Sun none. No organisation is held to the old ones any more.",
      "ZA: texts go on public holidays that are closed until now.",
    ]);
    expect(looser("ZA", za({ hours: { "mon-fri": "09:00-17:00" } }))).toEqual([]);
    expect(looser("ZA", za({ basis: "guidance", hours: { "mon-fri": "09:00-17:00" } }))).toEqual([
      "ZA: the law's hours become longer, none in place of Mon–Fri 08:00–20:00; Sat 09:00–13:00; Sun none. No organisation is held to the old ones any more.",
    ]);
    expect(
      looser("KE", after(version("hours", [hoursRow({ hours: { "mon-fri": "08:00-17:00" } })]))),
    ).toEqual([expect.stringMatching(/^KE: the recommended hours become longer/)]);
    const usa = hoursRow({
      jurisdiction: "US",
      country: "US",
      hours: { "mon-sun": "08:00-21:00" },
      holidays: "as usual",
    });
    const florida = looser("US", after(version("hours", [usa], { country: "US" })));
    expect(florida).toContain("US-FL: the law's cap of 3 texts in 24 hours ends.");
    const own = hoursRow({ ...usa, jurisdiction: "US-FL", region: "FL", capPerDay: 5 });
    expect(looser("US", after(version("hours", [usa, own], { country: "US" })))).toContain(
      "US-FL: the law's cap of 3 texts in 24 hours becomes 5.",
    );
  });

  test("of consent", () => {
    const consent = (changes: Partial<PartBodies["consent"]>, country = "KE") =>
      after(version("consent", consentRow({ ...changes, countries: [country] }), { country }));
    expect(looser("KE", consent({ rule: "express-or-inferred" }))).toHaveLength(1);
    expect(looser("US", consent({ evidence: "kept" }, "US"))).toEqual([
      expect.stringMatching(/less evidence/),
    ]);
    const ie = (
      events: PartBodies["consent"]["events"],
      rule: "express" | "express-or-inferred" = "express-or-inferred",
    ) => looser("IE", consent({ rule, events }, "IE"));
    expect(ie({ purchase: 12 })).toEqual([]);
    expect(ie({ purchase: 13 })).toHaveLength(1);
    expect(ie({ purchase: null })).toHaveLength(1);
    expect(ie({ enquiry: 1 })).toHaveLength(1);
    expect(ie(null)).toHaveLength(1);
    expect(ie(null, "express")).toEqual([]);
    expect(looser("AU", consent({ rule: "express-or-inferred", events: { purchase: 1 } }, "AU"))).toEqual([]);
    const open = consent({ rule: "express-or-inferred", events: { purchase: null } });
    expect(looser("KE", consent({ rule: "express-or-inferred", events: { purchase: 6 } }), open)).toEqual([]);
  });

  test("of senders, prices and words", () => {
    const strict = after(
      version("sender", senderRow({ names: "refused", numbers: "refused", beginsWith: ["[A]"] })),
      version("price", price(10_000)),
      version("replies", replies({ whole: ["weya", "tho"], roles: { dont: "kikori" } })),
    );
    expect(looser("KE", SHIPPED_BOOK, strict)).toEqual([
      "Senders: names are registered, and refused until now.",
      "Senders: marketing may go from numbers, and only from names until now.",
      "Senders: the text need no longer begin or say as until now.",
      "Price: there is none any more, so texts are refused for good.",
      "Reply words: “weya”, “tho” are heard as an opt-out until now, and would not be any more.",
      "Reply words: the words of a sentence change, so an opt-out that is heard until now may not be any more.",
    ]);
    const spelled = after(version("sender", senderRow({ beginsWith: ["[A]"] })));
    expect(looser("KE", after(version("sender", senderRow({}))), spelled)).toEqual([
      "Senders: the text need no longer begin or say as until now.",
    ]);
    // Denmark has no rule for senders: without the operator's everything is allowed.
    const denmark = senderRow({ country: "DK", names: "refused", numbers: "refused" });
    expect(looser("DK", SHIPPED_BOOK, after(version("sender", denmark, { country: "DK" })))).toEqual([
      "Senders: names are allowed, and refused until now.",
      "Senders: marketing may go from numbers, and only from names until now.",
    ]);
    const next = after(
      version("sender", senderRow({ names: "registered", numbers: "refused", beginsWith: ["[A]"] })),
      version("price", price(8_000)),
      version("replies", replies({ whole: ["weya"], roles: { dont: "kikori" } })),
    );
    expect(looser("KE", next, strict)).toEqual([
      "Senders: names are registered, and refused until now.",
      "Price: it falls from US$0.0100 to US$0.0080 a segment, so less of each budget is reserved.",
      "Reply words: “tho” is heard as an opt-out until now, and would not be any more.",
    ]);
    const roles = after(version("replies", replies({ whole: ["weya", "tho"], roles: { dont: "other" } })));
    expect(
      looser("KE", roles, after(version("replies", replies({ whole: ["weya"], roles: { dont: "kikori" } })))),
    ).toEqual([
      "Reply words: the words of a sentence change, so an opt-out that is heard until now may not be any more.",
    ]);
    const more = after(version("replies", replies({ whole: ["weya", "tho"] })));
    expect(looser("KE", more, after(version("replies", replies({ whole: ["weya"] }))))).toEqual([]);
    expect(looser("KE", after(version("price", price(12_000))), strict).join()).not.toContain("Price");
  });

  test("of courtesies says which may hide an opt-out", () => {
    const words = (changes: Partial<PartBodies["replies"]>) =>
      after(version("replies", replies({ whole: ["tho acha"], ...changes })));
    const polite = words({ courtesies: "yie kinda" });
    expect(looser("KE", words({ courtesies: "kinda" }), polite)).toEqual([
      "Reply words: the courtesy “yie” changes, so an opt-out with it may not be heard any more.",
    ]);
    expect(looser("KE", words({ courtesies: "yie kinda tho" }), polite)).toEqual([
      "Reply words: the courtesy “tho” changes, so an opt-out with it may not be heard any more.",
    ]);
    expect(looser("KE", words({}), polite)).toEqual([
      "Reply words: the courtesies “yie”, “kinda” change, so an opt-out with them may not be heard any more.",
    ]);
    expect(looser("KE", words({ courtesies: "yie kinda asante" }), polite)).toEqual([]);
    const help = (courtesies?: string) =>
      after(version("replies", { language: "Luo", help: ["kony"], ...(courtesies && { courtesies }) }));
    expect(looser("KE", help(), help("yie"))).toEqual([]);
    const roles = words({ courtesies: "yie", roles: { dont: "kikori" } });
    expect(looser("KE", words({ courtesies: "yie kikori", roles: { dont: "kikori" } }), roles)).toHaveLength(
      1,
    );
    expect(looser("KE", SHIPPED_BOOK, words({ courtesies: "yie" })).join()).toContain("“yie”");
  });
});

describe("a part that is not sound", () => {
  const problems = (part: RulePart, body: unknown, changes: object = {}, validFrom = NOW) =>
    partProblems(partInput.parse({ country: "KE", part, body, ...read, ...changes }), validFrom, NOW);
  test.each<[string, string[], RegExp]>([
    ["a source of tomorrow", problems("price", price(1), { checkedOn: "2026-11-30" }), /still to come/],
    ["a price of another country", problems("price", price(1), { country: "UG" }), /here UG alone/],
    ["hours of another country", problems("hours", [hoursRow()], { country: "UG" }), /here UG alone/],
    ["consent of another country", problems("consent", consentRow(), { country: "UG" }), /here UG alone/],
    ["senders of another country", problems("sender", senderRow(), { country: "UG" }), /here UG alone/],
    [
      "a price that begins later",
      problems("price", { rates: [{ ...price(1).rates[0]!, effectiveFrom: "2027-01-01" }] }),
      /begins on 2027-01-01/,
    ],
    ["two rules of one name", problems("hours", [hoursRow(), hoursRow()]), /same name/],
    [
      "a name of another country",
      problems("hours", [hoursRow({ jurisdiction: "UG" })]),
      /must begin with KE/,
    ],
    [
      "states alone",
      problems("hours", [hoursRow({ jurisdiction: "KE-NBO", region: "NBO" })]),
      /whole country/,
    ],
    [
      "a foreign zone",
      problems("states", { A: { name: "Aa", zones: ["Europe/Paris"] } }),
      /no time zone of KE/,
    ],
    [
      "two states of one name",
      problems("states", {
        A: { name: "Aa", zones: ["Africa/Nairobi"] },
        B: { name: "AA", zones: ["Africa/Nairobi"] },
      }),
      /same name/,
    ],
    [
      "a part that is too long",
      problems("holidays", Array(200).fill({ name: "n".repeat(100), dates: Array(20).fill("2026-01-01") })),
      /60000 characters/,
    ],
  ])("%s", (_, found, sentence) => expect(found.join(" ")).toMatch(sentence));

  test("a sound one has no problem", () => {
    expect(problems("replies", replies({ whole: ["weya"] }))).toEqual([]);
    expect(problems("wording", { country: "KE", contact: "none", law: "Rules", confidence: "low" })).toEqual(
      [],
    );
  });

  test.each<[string, RulePart, unknown]>([
    ["a price of nothing", "price", price(0)],
    ["no price at all", "price", { rates: [] }],
    ["no outbound price", "price", { rates: [{ ...price(1).rates[0]!, direction: "inbound" }] }],
    ["a price in dollars", "price", price(0.03)],
    ["a price over ten dollars", "price", price(10_000_001)],
    ["hours that end before they begin", "hours", [hoursRow({ hours: { mon: "16:00-10:00" } })]],
    ["no hours", "hours", [hoursRow({ hours: {} })]],
    ["a day twice", "hours", [hoursRow({ hours: { mon: "10:00-11:00", "mon-fri": "10:00-11:00" } })]],
    ["days in the wrong order", "hours", [hoursRow({ hours: { "fri-mon": "10:00-11:00" } })]],
    ["no source", "hours", [hoursRow({ source: "" })]],
    ["a day that no year has", "holidays", [{ name: "No day", on: "02-30" }]],
    ["a day that no month has", "holidays", [{ name: "No day", on: "monday from 04-31" }]],
    ["a holiday without a day", "holidays", [{ name: "No day" }]],
    ["no state", "states", {}],
    ["no word", "replies", { language: "Luo" }],
    [
      "an unknown field",
      "wording",
      { country: "KE", contact: "none", law: "Rules", confidence: "low", more: 1 },
    ],
  ])("has no shape: %s", (_, part, body) => {
    expect(partInput.safeParse({ country: "KE", part, body, ...read }).success).toBe(false);
  });

  test("is none of a country that is not there, or without a source", () => {
    const input = { country: "KE", part: "price", body: price(1), ...read };
    expect(partInput.safeParse({ ...input, country: "XX" }).success).toBe(false);
    expect(partInput.safeParse({ ...input, source: "http://x" }).success).toBe(false);
    expect(
      partInput.safeParse({ ...input, body: [{ name: "Leap", on: "02-29" }], part: "holidays" }).success,
    ).toBe(true);
    expect(rulesFile.safeParse({ format: RULES_FORMAT, parts: [input] }).success).toBe(true);
    expect(rulesFile.safeParse({ format: "other", parts: [input] }).success).toBe(false);
  });
});
