import { describe, expect, it } from "vitest";
import { keepsPerson } from "./click-privacy.ts";
import { deviceOf, isClick } from "./visitor.ts";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const ANDROID =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
const TABLET =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
const MAC =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0";

const visit = (
  given: { method?: string; userAgent?: string | null; headers?: Record<string, string> } = {},
) =>
  isClick({
    method: given.method ?? "GET",
    userAgent: given.userAgent === undefined ? IPHONE : given.userAgent,
    header: (name) => given.headers?.[name],
  });

describe("a request for a link", () => {
  it.each([
    IPHONE,
    ANDROID,
    TABLET,
    MAC,
    WINDOWS,
    `${IPHONE} Slack/24.10`,
    `${ANDROID} [FB_IAB/FB4A;FBAV/490]`,
  ])("from a person's browser is a click: %s", (userAgent) => {
    expect(visit({ userAgent })).toBe(true);
    const headers = { "sec-fetch-dest": "document", "sec-purpose": "" };
    expect(visit({ userAgent, headers })).toBe(true);
  });

  it.each([
    // iMessage, on the sender's and the recipient's device.
    `${MAC} facebookexternalhit/1.1 Facebot Twitterbot/1.0`,
    "WhatsApp/2.24.20.89 A",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "meta-externalagent/1.1",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Mozilla/5.0 (compatible; GoogleOther)",
    "Mozilla/5.0 (compatible; Google-Safety; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (X11; Linux x64) HeadlessChrome/131.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0) Proofpoint URL Defense",
    "curl/8.11.0",
    "python-requests/2.32",
    "okhttp/4.12.0",
    "",
    null,
  ])("from a program that previews or scans is none: %s", (userAgent) => {
    expect(visit({ userAgent })).toBe(false);
  });

  it.each([
    { method: "HEAD" },
    { method: "OPTIONS" },
    { headers: { "sec-purpose": "prefetch;prerender" } },
    { headers: { purpose: "prefetch" } },
    { headers: { "x-purpose": "preview" } },
    { headers: { "x-moz": "prefetch" } },
    { headers: { "sec-fetch-dest": "image" } },
  ] as { method?: string; headers?: Record<string, string> }[])("that opens no page is none: %j", (given) => {
    expect(visit(given)).toBe(false);
  });
});

it.each([
  [IPHONE, "phone"],
  [ANDROID, "phone"],
  [TABLET, "tablet"],
  ["Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) Mobile/15E148", "tablet"],
  [MAC, "computer"],
  [WINDOWS, "computer"],
  ["Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)", "computer"],
  ["Opera/9.80", "other"],
])("the device of %s is a %s", (userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device);
});

describe("whether a person's click is kept", () => {
  it.each([
    ["AU", null, true],
    ["US", "US", true],
    ["DE", null, false],
    ["GB", null, false],
    ["AU", "FR", false],
    ["FR", "AU", false],
    [null, null, false],
    [null, "AU", false],
  ])("by the law, for a number of %s and an address in %s: %s", (country, addressCountry, kept) => {
    expect(keepsPerson("by-law", { country, addressCountry })).toBe(kept);
    expect(keepsPerson("nobody", { country, addressCountry })).toBe(false);
    expect(keepsPerson("everybody", { country, addressCountry })).toBe(true);
  });
});
