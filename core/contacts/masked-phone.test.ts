import { expect, test } from "vitest";
import { maskCell, maskNumbersIn, maskPhone } from "./masked-phone.ts";

test.each([
  ["+61491570006", "+614••••••06"],
  ["+14155552671", "+14•••••••71"],
  ["+447700900123", "+447•••••••23"],
  // Six digits after the code: the first stays hidden too.
  ["+376312345", "+376••••45"],
  // A satellite phone has no country.
  ["+881612345678", "+8•••••••••78"],
])("%s is shown as %s", (phone, masked) => {
  expect(maskPhone(phone)).toBe(masked);
});

test.each([
  ["Call +61491570006 or +61 491 570 156.", "Call +614••••••06 or +614••••••56."],
  ["Call (02) 9999 1234, or 0491 570 006!", "Call (••) •••• ••34, or •••• ••• •06!"],
  ["61491570006@example.com", "•••••••••06@example.com"],
  ["1764402000.123|+61491570006", "1764402000.123|+614••••••06"],
  ["+614915700061", "+614•••••••61"],
  ["They wrote from +61491", "They wrote from +•••••"],
  ["x+61491570006", "x+614••••••06"],
])("masks the numbers of %s", (text, masked) => {
  expect(maskNumbersIn(text, "AU")).toBe(masked);
});

test.each([
  "2026-11-28 10:06 to 2026-11-29T12:00",
  "0199c0de-0491-4570-8006-049157000612",
  "12345678-1234-4123-8123-123456789012",
  "Order 48219930 is ready",
  "412345678.00",
  "20% off until 9 pm, +10 points, +1000 more",
  "•••• ••• •06",
  "+614••••••06",
  "",
])("leaves %s", (text) => {
  expect(maskNumbersIn(text, "AU")).toBe(text);
});

test("reads local numbers by the tenant's country", () => {
  expect(maskNumbersIn("(415) 555-2671", "US")).toBe("(•••) •••-••71");
  expect(maskNumbersIn("2026-11-28 10:06", "US")).toBe("2026-11-28 10:06");
});

test.each([
  ["0491 570 006", "•••• ••• •06"],
  ["4.91571E+08", "•.•••••E+08"],
  ["٠٤٩١٥٧٠٠٠٦", "••••••••٠٦"],
  ["3/11 Hay St", "3/11 Hay St"],
  ["Mia", "Mia"],
])("masks the cell %s", (cell, masked) => {
  expect(maskCell(cell)).toBe(masked);
});
