import { describe, expect, test } from "vitest";
import {
  type ConsentColumn,
  type ConsentColumnKind,
  consentColumnKind,
  consentOfRow,
  consentValueKey,
  isOtherChannel,
  isSurelyConsent,
  readConsentValue,
  saysOptedOut,
} from "./consent-columns.ts";
import { mapOptOut, mapRow, optOutsOf } from "./contact-import.ts";
import { guessMapping, unreadOptOuts, watchedColumns } from "./import-columns.ts";

describe("the kind of a heading", () => {
  test.each<[string, ConsentColumnKind | null]>([
    ["Accepts SMS Marketing", "accepts"],
    ["Accepts Marketing", "accepts"],
    ["acceptsSmsMarketing", "accepts"],
    ["SMS opt-in", "accepts"],
    ["sms_consent", "accepts"],
    ["SMS Marketing Consent", "accepts"],
    ["Subscribed", "accepts"],
    ["Email/SMS opt in", "accepts"],
    ["Permission to text", "accepts"],
    ["Einwilligung SMS", "accepts"],
    ["Opted out", "opted_out"],
    ["Opt-out", "opted_out"],
    ["SMS OptOut", "opted_out"],
    ["hasOptedOutOfSMS", "opted_out"],
    ["Unsubscribed", "opted_out"],
    ["Do not SMS", "opted_out"],
    ["Do Not Contact", "opted_out"],
    ["DoNotCall", "opted_out"],
    ["DNC", "opted_out"],
    ["Désabonné", "opted_out"],
    ["Opt-out date", "opted_out_when_filled"],
    ["Opted Out At", "opted_out_when_filled"],
    ["UNSUB_TIME", "opted_out_when_filled"],
    ["Unsubscribe reason", "opted_out_when_filled"],
    ["Status", "status"],
    ["SMS Status", "status"],
    ["Subscriber Status", "status"],
    ["SMS Subscription Status", "status"],
    ["Marketing contact status", "status"],
    ["Promotions status", "status"],
    ["SMS subscription current state", "status"],
    ["Accepts Email Marketing", null],
    ["Email Status", null],
    ["Email opt-out", null],
    ["Newsletter", null],
    ["Opt-in date", null],
    ["SMS Consent Timestamp", null],
    ["SMS marketing opt-in level", null],
    ["Order status", null],
    ["State", null],
    ["Mobile number", null],
    ["First name", null],
    ["", null],
  ])("%s: %s", (heading, kind) => expect(consentColumnKind(heading)).toBe(kind));

  test("a bare word may be about something else; a named channel is not", () => {
    expect(["SMS Status", "Accepts Marketing", "Unsubscribed"].every(isSurelyConsent)).toBe(true);
    expect(["Status", "Permission", "Blocked"].some(isSurelyConsent)).toBe(false);
    expect(["Email Status", "WhatsApp opt-in"].every(isOtherChannel)).toBe(true);
    expect(["Email and SMS", "Status"].some(isOtherChannel)).toBe(false);
  });
});

describe("what a value means", () => {
  test.each<[ConsentColumnKind, string, string]>([
    ["accepts", "yes TRUE 1 1.00 Ja ✓ subscribed", "in"],
    ["accepts", "no FALSE 0 0,0 Nein ✗ unsubscribed never", "out"],
    ["accepts", "NULL - pending not_subscribed NEVER_SUBSCRIBED", "none"],
    ["accepts", "x perhaps 2 2026-03-01", "unclear"],
    ["opted_out", "yes TRUE 1 x opted-out STOP", "out"],
    ["opted_out", "no FALSE 0 N/A - subscribed", "in"],
    ["opted_out", "perhaps pending 7", "unclear"],
    ["status", "active Subscribed OPTED_IN confirmed", "in"],
    ["status", "unsubscribed Opted-Out cleaned do-not-contact DNC 'Unsubscribed'", "out"],
    ["status", "pending non-subscribed NULL", "none"],
    ["status", "yes no 0 1 VIP", "unclear"],
    ["opted_out_when_filled", "2026-03-01 12/03/26 moved yes", "out"],
    ["opted_out_when_filled", "NULL no 0000-00-00 0 false -", "in"],
  ])("%s: %s are %s", (kind, values, verdict) => {
    for (const value of values.split(" ")) expect(readConsentValue({ kind }, value), value).toBe(verdict);
  });

  test("a blank cell is neither consent nor an opt-out", () => {
    const kinds = ["accepts", "opted_out", "status", "opted_out_when_filled"] as const;
    expect(kinds.map((kind) => readConsentValue({ kind }, " "))).toEqual(["none", "in", "none", "in"]);
  });

  test("an answer counts for values that are not understood, and never lifts an opt-out", () => {
    const answers = { vip: "in", unsubscribed: "in", active: "out", "": "out" } as const;
    const read = (value: string) => readConsentValue({ kind: "status", answers }, value);
    expect(["VIP", "Unsubscribed", "active", "", "other", "constructor"].map(read)).toEqual([
      ...["in", "out", "in", "out", "unclear", "unclear"],
    ]);
  });

  test("values are compared without case, accents and signs", () => {
    expect(
      ["Opted-Out", " opted out ", "OPTED_OUT", "'Désabonné'", "☑️", "(null)"].map(consentValueKey),
    ).toEqual([...["optedout", "optedout", "optedout", "desabonne", "yes", ""]]);
  });

  test("of several columns an opt-out wins over a doubt, a doubt over none, none over a yes", () => {
    const columns: ConsentColumn[] = [0, 1, 2].map((column) => ({ column, kind: "status" }));
    const verdict = (...row: string[]) => consentOfRow(row, columns).verdict;
    expect(verdict("active", "stopped", "vip")).toBe("out");
    expect(verdict("active", "", "vip")).toBe("unclear");
    expect(verdict("active")).toBe("none");
    expect(verdict("active", "active", "active")).toBe("in");
    expect(consentOfRow(["x"], [])).toEqual({ verdict: "in", column: null, value: "" });
  });

  test("words that mean an opt-out in any column, alone or in a list", () => {
    for (const cell of ["Unsubscribed", "vip; opted out", "DNC", "do-not-text"])
      expect(saysOptedOut(cell), cell).toBe(true);
    const others = [
      "",
      "no",
      "done",
      "asked about opt-outs",
      "Stop St",
      `${"x".repeat(200)},dnc`,
      `dnc${"-".repeat(60)}`,
    ];
    for (const cell of others) expect(saysOptedOut(cell), cell).toBe(false);
  });
});

describe("columns of a file", () => {
  const header = ["Mobile", "Status", "Email Status", "Tags", "Remarks", "SMS opt-in"];
  const rows = [
    ["0491570006", "active", "unsubscribed", "vip", "", "yes"],
    ["0491570156", "shipped", "cleaned", "dnc", "opted out", "no"],
    ["0491570157"],
  ];

  test("are guessed by their headings or their values", () => {
    expect(guessMapping(header, rows).consent).toEqual([
      { column: 1, kind: "status" },
      { column: 4, kind: "status" },
      { column: 5, kind: "accepts" },
    ]);
    expect(guessMapping(["Mobile", "Status"], [["0491570006", "shipped"]]).consent).toBeUndefined();
    expect(
      guessMapping(
        ["Mobile", "Note"],
        [
          ["0491570006", "x".repeat(50)],
          ["0491570156", "dnc"],
        ],
      ).consent,
    ).toBeUndefined();
    expect(guessMapping(["a", "SMS opt-in"], [["0491570006", "0491570156"]])).toMatchObject({ phone: 0 });
  });

  test("that are not mapped are listed until an operator confirms them", () => {
    expect(unreadOptOuts(header, rows, { phone: 0 })).toEqual([1, 3, 4, 5]);
    expect(unreadOptOuts(header, rows, { phone: 0, tags: 3, custom: { Remarks: 4 } })).toEqual([1, 3, 4, 5]);
    const consent: ConsentColumn[] = [{ column: 1, kind: "status" }];
    expect(unreadOptOuts(header, rows, { phone: 0, consent, ignored: [3, 4, 5] })).toEqual([]);
    expect(watchedColumns(header, { phone: 0, consent, ignored: [4] })).toEqual([3, 5]);
  });
});

describe("a row with an opt-out", () => {
  const header = ["Mobile", "Status"];
  const mapping = { phone: 0, consent: [{ column: 1, kind: "status" as const }] };
  const options = { defaultCountry: "AU", header, columns: 2 };
  const read = (phone: string, status: string, more = {}) =>
    mapRow([phone, status], mapping, { ...options, ...more });

  test("makes a contact that is opted out, none, or one with consent", () => {
    expect(read("0491570006", "cleaned")).toMatchObject({ ok: true, optedOut: 'Status: "cleaned"' });
    expect(read("0491570006", "active")).toMatchObject({ ok: true, optedOut: null });
    expect(read("0491570006", "")).toMatchObject({
      reason: "No consent",
      detail: "Status is blank, which does not say that the person agreed to texts.",
    });
    expect(read("0491570006", "VIP")).toMatchObject({
      reason: "Consent not clear",
      detail: 'Status: "VIP" may be an opt-out: say what it means.',
    });
    expect(read("0491570006", "active", { isUnclear: () => true })).toMatchObject({
      reason: "Consent not clear",
    });
    expect(read("0491570006", "active", { isUnclear: () => false })).toMatchObject({ ok: true });
  });

  test("is reported when its number can't be read", () => {
    expect(read("4.9E+8", "unsubscribed")).toMatchObject({
      reason: "Spreadsheet damage",
      detail: expect.stringMatching(
        /The row says that this person opted out: add the number to Do not contact\.$/,
      ),
    });
    expect(read("4.9E+8", "active")).toMatchObject({ detail: expect.not.stringMatching(/opted out/) });
  });

  test("counts although it makes no contact", () => {
    const out = (phone: string, status: string, more = {}) =>
      optOutsOf([phone, status, "x"], mapping, { ...options, ...more })[0] ?? null;
    expect(out("(02) 5550 1234", "opted out")).toEqual({
      phoneE164: "+61255501234",
      verdict: "out",
      words: 'Status: "opted out"',
    });
    expect(out("0491570006", "VIP")).toMatchObject({ verdict: "unclear" });
    expect(out("0491570006", "active")).toBeNull();
    expect(out("0491570006", "")).toBeNull();
    expect(out("nonsense", "opted out")).toBeNull();
    expect(optOutsOf(["0491570006", "stop"], mapping, { defaultCountry: "AU" })).toMatchObject([
      { words: 'Column 2: "stop"' },
    ]);
  });

  test("is stopped by an opt-out word in an unmapped column", () => {
    const told = mapRow(["0491570006", "Unsubscribed"], { phone: 0 }, { ...options, watched: [1, 7] });
    expect(told).toMatchObject({ reason: "Consent not clear" });
    expect(mapRow(["0491570006", "fine"], { phone: 0 }, { ...options, watched: [1, 7] }).ok).toBe(true);
  });

  test("a list of opt-outs takes any kind of line, in the row's country", () => {
    const list = (...row: string[]) => mapOptOut(row, { phone: 0, country: 1 }, { defaultCountry: "AU" });
    expect(list("(02) 5550 1234")).toEqual({ ok: true, phones: ["+61255501234"] });
    expect(list("021 123 4567", "NZ")).toEqual({ ok: true, phones: ["+64211234567"] });
    expect(list("21000000.00", "NZ")).toMatchObject({ reason: "Ambiguous number" });
  });
});
