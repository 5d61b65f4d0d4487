import { describe, expect, test } from "vitest";
import { offersOptOutMethod } from "./opt-out-method.ts";

describe("an opt-out method other than a reply", () => {
  test.each([
    "Acme: sale. Opt out: {{opt_out_link}}",
    "{{ Opt-Out Link }}",
    "Acme: soldes. STOP au 36105",
    "Opt out: text STOP to +61491570156",
    "Acme: sale.\nTo unsubscribe call 0491 570 156",
    "Reply STOP or call 1800 975 711 (opt-out)",
    "Abmelden: 0800 123 4567",
    "Désabonnement au +33 1 99 00 12 34",
    "Baja: +34 910 000 001",
    "Version 1.5: opt out by +61491570156",
  ])("is in %j", (text) => expect(offersOptOutMethod(text)).toBe(true));

  test.each([
    ["a shop's link, whatever it is called", "Acme: sale. Opt out: acme.example/stop"],
    ["a shop's link", "20% off: https://shop.example/sale"],
    ["an address", "Opt out: stop@acme.example"],
    [
      "a number for orders, beside a reply that a name can't get",
      "Order at 0491 570 156! Reply STOP to opt out",
    ],
    ["a number on the next line", "Reply STOP\nCall 0491 570 156"],
    ["a number alone", "Call 0491 570 156"],
    ["a word that only begins like one", "Nonstop stopover: 0491 570 156"],
    ["a field of the tenant's own", "Opt out: {{opt_out}}"],
    ["nothing", ""],
  ])("is not %s", (_, text) => expect(offersOptOutMethod(text)).toBe(false));

  test("is looked for quickly in hostile texts", () => {
    for (const piece of ["+1 ", "0 ", "stop ", "{{", "a.\n", "36"])
      expect(offersOptOutMethod(piece.repeat(800)), piece).toBeTypeOf("boolean");
  });
});
