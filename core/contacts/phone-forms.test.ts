import { expect, test } from "vitest";
import { keptForm } from "./phone-forms.ts";

test.each([
  ["Mexico, with the old 1", "+5215555550102", "+525555550102"],
  ["Argentina, without the 9", "+541123456789", "+5491123456789"],
  ["Argentina, outside Buenos Aires", "+543514567890", "+5493514567890"],
  ["Brazil, with eight digits", "+551187654321", "+5511987654321"],
  ["Benin, without 01", "+22997123456", "+2290197123456"],
])("a number of %s is kept in one form", (_, other, kept) => {
  expect(keptForm(other)).toBe(kept);
  expect(keptForm(kept)).toBe(kept);
});

test.each([
  "+525555550101",
  "+5491123456789",
  "+5511987654321",
  // A landline of São Paulo begins with 2 to 5.
  "+551132654321",
  "+2290197123456",
  "+61491570006",
  "+15005550006",
  "MyShop",
  "12345",
])("%s has no other form", (phone) => expect(keptForm(phone)).toBe(phone));
