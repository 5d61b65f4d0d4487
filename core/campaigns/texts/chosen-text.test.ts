import { describe, expect, test } from "vitest";
import { campaignFor, compileCampaign, fieldsOfTexts, messageFor } from "../../gates/message-facts.ts";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../../testing/example-contact.ts";
import { checkBody } from "../campaign.ts";
import { aboutText, bodyOf, chosenText, everyText, isOneText } from "./chosen-text.ts";
import { languageInput, languagesProblem, languageTextsInput } from "./languages-input.ts";

const TEXTS = {
  body: "Hello {{first_name|you}}. {{snippet:end}}",
  defaultLanguage: "en",
  texts: [
    { variant: 1, language: "fr", body: "Bonjour {{city|toi}}. {{snippet:end}}" },
    { variant: 2, language: "", body: "Hey" },
  ],
  snippets: [
    { name: "end", country: "", language: "", body: "STOP to end." },
    { name: "end", country: "CA", language: "", body: "STOP/ARRET. {{opt_out_link}}" },
    { name: "end", country: "CA", language: "fr", body: "ARRET. {{opt_out_link}}" },
  ],
  languages: { field: "speaks", byCountry: {} },
};

describe("which text a person gets", () => {
  const bodyFor = (reader: Partial<Parameters<typeof chosenText>[1]>) =>
    bodyOf(TEXTS, chosenText(TEXTS, { country: null, custom: {}, ...reader }));

  test("is that of their language, with the snippets of their country", () => {
    expect(bodyFor({ custom: { speaks: "fr" } })).toBe("Bonjour {{city|toi}}. STOP to end.");
    expect(bodyFor({ custom: { speaks: "fr" }, country: "CA" })).toBe(
      "Bonjour {{city|toi}}. ARRET. {{opt_out_link}}",
    );
    expect(bodyFor({ country: "CA" })).toBe("Hello {{first_name|you}}. STOP/ARRET. {{opt_out_link}}");
  });

  test("is the one that the launch froze, whatever their field says now", () => {
    expect(bodyFor({ custom: { speaks: "fr" }, language: null })).toMatch(/^Hello/);
    expect(bodyFor({ language: "fr" })).toMatch(/^Bonjour/);
    expect(bodyFor({ language: null, variant: 2 })).toBe("Hey");
    // Without that language the variant's own default, and without that the first text.
    expect(bodyFor({ language: "fr", variant: 2 })).toBe("Hey");
    expect(bodyFor({ language: "de" })).toMatch(/^Hello/);
  });

  test("is the only one of a campaign with one", () => {
    expect(isOneText({ body: "Hi" })).toBe(true);
    expect(isOneText(TEXTS)).toBe(false);
    const written = { body: "Hi", languages: TEXTS.languages };
    const chosen = chosenText(written, { country: "CA", custom: { speaks: "fr" } });
    expect(chosen).toMatchObject({ language: "", country: null, reason: null });
    expect(bodyOf(written, chosen)).toBe("Hi");
    const plain = compileCampaign(exampleCampaign());
    expect(campaignFor(plain, { country: "CA", custom: {} })).toBe(plain);
    expect(fieldsOfTexts(exampleCampaign({ body: "{{city}} {{city}}", languages: TEXTS.languages }))).toEqual(
      ["city"],
    );
  });

  test("without a field of languages is the default", () => {
    const { languages: _, ...unset } = TEXTS;
    expect(chosenText(unset, { country: "FR", custom: { speaks: "fr" } })).toMatchObject({
      ...{ language: "", reason: "none" },
    });
  });
});

describe("the messages of a campaign with several texts", () => {
  const campaign = compileCampaign(exampleCampaign(TEXTS));
  const textOf = (change: object) =>
    messageFor(
      exampleCandidate({ firstName: "Mia", optOutLink: "LINK", ...change }),
      campaign,
      exampleTenant(),
    );

  test("are each rendered, checked and priced by their own text", () => {
    expect(textOf({ country: "AU" }).text).toBe("Hello Mia. STOP to end.");
    const french = textOf({ country: "CA", custom: { speaks: "fr-CA" }, city: "Sept-Îles" });
    expect(french).toMatchObject({ text: "Bonjour Sept-Îles. ARRET. LINK", encoding: "UCS-2" });
    expect(french.facts.offersOptOutMethod).toBe(true);
    expect(textOf({ country: "AU" }).facts.offersOptOutMethod).toBe(false);
  });

  test("are compiled once for each text", () => {
    const reader = { country: "CA", custom: { speaks: "fr" } };
    expect(campaignFor(campaign, reader)).toBe(campaignFor(campaign, { ...reader }));
    expect(campaignFor(campaign, { country: "AU", custom: {} }).hasOptOutLink).toBe(true);
    expect(compileCampaign(exampleCampaign({ ...TEXTS, snippets: [] })).hasOptOutLink).toBe(false);
  });

  test("need the fields of all texts, and the one that says the language", () => {
    expect(fieldsOfTexts(exampleCampaign({ body: "{{city}}" }))).toEqual(["city"]);
    expect(fieldsOfTexts(exampleCampaign(TEXTS))).toEqual(["first_name", "opt_out_link", "city", "speaks"]);
  });
});

describe("the texts that are checked before a launch", () => {
  test("are all that somebody may get, each once, with what tells them apart", () => {
    expect(everyText(TEXTS).map(({ label, body }) => [label, body])).toEqual([
      ["text A", "Hello {{first_name|you}}. STOP to end."],
      ["text A, CA", "Hello {{first_name|you}}. STOP/ARRET. {{opt_out_link}}"],
      ["text A, fr", "Bonjour {{city|toi}}. STOP to end."],
      ["text A, fr, CA", "Bonjour {{city|toi}}. ARRET. {{opt_out_link}}"],
      ["text B", "Hey"],
    ]);
    expect(everyText({ body: "Hi" })).toEqual([
      { variant: 1, language: "", country: null, body: "Hi", label: "" },
    ]);
    const unnamed = { body: "Hi", texts: [{ variant: 1, language: "", body: "Hi" }, TEXTS.texts[1]!] };
    expect(everyText(unnamed).map(({ label }) => label)).toEqual(["text A", "text B"]);
  });

  test("of one campaign in several languages are named by their tags", () => {
    const texts = TEXTS.texts.filter(({ variant }) => variant === 1);
    expect(everyText({ ...TEXTS, texts }).map(({ label }) => label)).toEqual([
      "en",
      "en, CA",
      "fr",
      "fr, CA",
    ]);
    const unnamed = { body: "Hi", texts: [{ variant: 1, language: "fr", body: "Salut" }] };
    expect(everyText(unnamed).map(({ label }) => label)).toEqual(["default text", "fr"]);
  });

  test("are not listed twice where a country's snippet is that for everyone", () => {
    const same = [TEXTS.snippets[0]!, { ...TEXTS.snippets[0]!, country: "NZ" }];
    expect(
      everyText({ body: "Hi {{snippet:end}}", snippets: same }).map(({ country, body }) => [country, body]),
    ).toEqual([[null, "Hi STOP to end."]]);
  });

  test("are named in a sentence about one of them", () => {
    expect(aboutText({ label: "fr" }, "Write a message.")).toBe("In fr: Write a message.");
    expect(aboutText({ label: "" }, "Write a message.")).toBe("Write a message.");
  });

  test("may have only snippets that there are", () => {
    expect(checkBody("Hi {{snippet:end}}, STOP", ["snippet:end"]).errors).toEqual([]);
    expect(checkBody("Hi {{snippet:end}}, STOP", ["snippet:end"]).warnings).toEqual([]);
    expect(checkBody("Hi {{snippet:ending}}", []).errors).toEqual([
      "There is no snippet {{snippet:ending}}: add it under Templates → Snippets, or take it out.",
    ]);
    expect(checkBody("Hi {{zzz}}", ["snippet:end"]).errors[0]).not.toContain("snippet");
  });
});

describe("languages that somebody enters", () => {
  test("are tags in their usual spelling, each once, beside a default that is said", () => {
    expect(["", "fr", "fr-CA"].every((tag) => languageInput.safeParse(tag).success)).toBe(true);
    expect(["FR", "fr_ca", "French"].some((tag) => languageInput.safeParse(tag).success)).toBe(false);
    const fr = { language: "fr", body: "Bonjour" };
    expect(languageTextsInput.safeParse([fr, { language: "mi", body: "Kia ora" }]).success).toBe(true);
    for (const wrong of [[fr, fr], [{ ...fr, language: "" }], [{ ...fr, body: " " }], [{ ...fr, more: 1 }]])
      expect(languageTextsInput.safeParse(wrong).success).toBe(false);
    expect(languagesProblem("", [])).toBeNull();
    expect(languagesProblem("en", [fr])).toBeNull();
    expect(languagesProblem("", [fr])).toMatch(/Say which language/);
    expect(languagesProblem("fr", [fr])).toMatch(/is in fr already/);
  });
});
