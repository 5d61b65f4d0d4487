import { describe, expect, test } from "vitest";
import { CAMPAIGN_STATUSES, campaignInput, campaignStatusesBefore, checkBody } from "./campaign.ts";

const day = { open: "09:00", close: "21:00" };
type CampaignInput = (typeof campaignInput)["_zod"]["input"];
const good: CampaignInput = {
  name: "Spring sale",
  body: "Acme: hi {{first_name|there}}. Reply STOP to opt out",
  audience: { kind: "all" },
  quietHours: [day, day, day, day, day, null, null],
  expiresAt: "2026-11-30T10:00:00Z",
  smartEncoding: true,
};

describe("input", () => {
  test.each<[string, Partial<Record<keyof CampaignInput, unknown>>]>([
    ["as it is", {}],
    ["to tags", { audience: { kind: "tags", tags: ["vip"] } }],
    ["no hours of its own, no expiry", { quietHours: null, expiresAt: null }],
    ["an expiry with an offset", { expiresAt: "2026-11-30T10:00:00+10:00" }],
    ["open until midnight", { quietHours: Array(7).fill({ open: "00:00", close: "24:00" }) }],
    ["open over midnight", { quietHours: Array(7).fill({ open: "21:00", close: "09:00" }) }],
    [
      "two windows a day",
      {
        quietHours: Array(7).fill([
          { open: "09:00", close: "12:00" },
          { open: "14:00", close: "18:00" },
        ]),
      },
    ],
    ["1,600 characters", { body: "x".repeat(1600) }],
  ])("good: %s", (_, change) => expect(campaignInput.safeParse({ ...good, ...change }).success).toBe(true));

  test.each<[string, Partial<Record<keyof CampaignInput, unknown>>]>([
    ["no name", { name: "  " }],
    ["a name of 121", { name: "x".repeat(121) }],
    ["no text", { body: "" }],
    ["only spaces", { body: " \n " }],
    ["1,601 characters", { body: "x".repeat(1601) }],
    ["nobody", { audience: { kind: "tags", tags: [] } }],
    ["an empty tag", { audience: { kind: "tags", tags: [" "] } }],
    ["51 tags", { audience: { kind: "tags", tags: Array(51).fill("a") } }],
    ["an unknown audience", { audience: { kind: "everyone" } }],
    ["six days", { quietHours: Array(6).fill(day) }],
    ["no day open", { quietHours: Array(7).fill(null) }],
    ["an empty window", { quietHours: Array(7).fill({ open: "09:00", close: "09:00" }) }],
    ["9:00", { quietHours: Array(7).fill({ open: "9:00", close: "21:00" }) }],
    ["25:00", { quietHours: Array(7).fill({ open: "09:00", close: "25:00" }) }],
    ["opens at 24:00", { quietHours: Array(7).fill({ open: "24:00", close: "24:00" }) }],
    ["a date without time", { expiresAt: "2026-11-30" }],
    ["a time without zone", { expiresAt: "2026-11-30T10:00:00" }],
    ["smart encoding left open", { smartEncoding: undefined }],
  ])("refused: %s", (_, change) => {
    expect(campaignInput.safeParse({ ...good, ...change }).success).toBe(false);
  });

  test("names and tags are trimmed", () => {
    const { name, audience } = campaignInput.parse({
      ...good,
      name: " Sale ",
      audience: { kind: "tags", tags: [" vip "] },
    });
    expect({ name, audience }).toEqual({ name: "Sale", audience: { kind: "tags", tags: ["vip"] } });
  });
});

describe("body", () => {
  test("a valid body has no errors and no warnings", () => {
    expect(checkBody(good.body, [], "Acme")).toEqual({ errors: [], warnings: [] });
    expect(checkBody("Your code {{Member No|}}. Reply STOP", ["member no"])).toEqual({
      errors: [],
      warnings: [],
    });
    expect(checkBody("{{phone}} STOP", [], " ")).toEqual({ errors: [], warnings: [] });
  });

  test.each([
    ["{{frist_name|x}} STOP", /no field \{\{frist_name\}\}: did you mean \{\{first_name\}\}/],
    ["{{shoe_size|x}} STOP", /no field \{\{shoe_size\}\}: use one of first_name.*club_name/],
    ["{{clubname|x}} STOP", /did you mean \{\{club_name\}\}/],
    ["Hi {{first_name STOP", /has no "}}" to close it. \(character 4\)/],
    [" ", /Write a message/],
    [`STOP ${"x".repeat(1600)}`, /Shorten the message by 5 characters/],
  ])("error: %s", (body, error) => {
    expect(checkBody(body, ["Club name"]).errors).toEqual([expect.stringMatching(error)]);
  });

  test("warns about blank fields, a missing sender and a missing opt-out", () => {
    const { errors, warnings } = checkBody("Hi {{first_name}} {{first_name}}, sale!", [], "Acme");
    expect(errors).toEqual([]);
    expect(warnings).toEqual([
      "People without first_name will not get this text: add a fallback, for example {{first_name|there}}.",
      'The text does not say who sends it: put "Acme" in it.',
      'The text does not say how to opt out: add for example "Reply STOP to opt out".',
    ]);
  });
});

test("the whole transition table", () => {
  const table = CAMPAIGN_STATUSES.map((from) =>
    CAMPAIGN_STATUSES.map((to) => (campaignStatusesBefore(to).includes(from) ? "x" : ".")).join(""),
  );
  //      columns: draft scheduled launching running paused completed canceled
  expect(table).toEqual([".xx....", "x.x...x", "...xx.x", "....xxx", "..xx..x", ".......", "......."]);
});

test.each<[Partial<Record<keyof CampaignInput, unknown>>, string]>([
  [{ name: " " }, "Give the campaign a name."],
  [{ name: "x".repeat(121) }, "Use at most 120 characters for the name."],
  [{ body: "" }, "Write a message."],
  [{ body: "x".repeat(1601) }, "Shorten the message to at most 1,600 characters."],
  [
    { quietHours: Array(7).fill({ open: "x09:00", close: "21:00" }) },
    "Write the opening time as HH:MM, for example 09:00.",
  ],
  [
    { quietHours: Array(7).fill({ open: "09:00x", close: "21:00" }) },
    "Write the opening time as HH:MM, for example 09:00.",
  ],
  [
    { quietHours: Array(7).fill({ open: "09:00", close: "24:01" }) },
    "Write the closing time as HH:MM, for example 21:00.",
  ],
  [
    { quietHours: Array(7).fill({ open: "09:00", close: "09:00" }) },
    "The window must close later than it opens. For the whole day write 00:00 to 24:00.",
  ],
  [{ quietHours: Array(7).fill(null) }, "At least one day must have a sending window."],
])("%j is refused with what to do", (change, message) => {
  const parsed = campaignInput.safeParse({ ...good, ...change });
  expect(parsed.error!.issues[0]!.message).toBe(message);
});

test("limits are exact, and every spelling of an opt-out counts", () => {
  expect(checkBody("x".repeat(1600), [], " x ").errors).toEqual([]);
  expect(checkBody("Hi {{zzzzzz}}", ["plan"]).errors).toEqual([
    "There is no field {{zzzzzz}}: use one of first_name, last_name, phone, email, city, state, postcode, opt_out_link, plan, or add it to your contacts.",
  ]);
  expect(checkBody("Stop", [], " Acme ").warnings).toEqual([
    'The text does not say who sends it: put "Acme" in it.',
  ]);
  for (const word of ["opt out", "opt-out", "optout", "arret", "arrêt", "unsub", "STOP"]) {
    expect(checkBody(`Bye ${word}`, []).warnings, word).toEqual([]);
  }
  for (const word of ["opt/out", "arrat", "stops"])
    expect(checkBody(word, []).warnings, word).toHaveLength(1);
});

test("a public shortener is a warning while the text is written", () => {
  expect(checkBody("Acme: tinyurl.com/x. Reply STOP", [], "Acme")).toEqual({
    errors: [],
    warnings: [expect.stringContaining("public shorteners (tinyurl.com)")],
  });
});
