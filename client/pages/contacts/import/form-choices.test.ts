import { expect, test } from "vitest";
import { choicesOf } from "./form-choices.ts";

const NO_TERMS = { wording: "", givenOn: "", event: "", eventOn: "", endsOn: "" } as const;
const data = {
  header: ["Mobile", "Pet"],
  sample: [["0491570156", "Rex"]],
  likelyOptOuts: [],
  guessedMapping: { phone: 0 },
  choices: null,
};
const kept = {
  header: ["Mobile", "Pet"],
  ...{ roles: ["phone", ""], basis: "inferred", evidence: "Shop till", tags: "vip" },
  ...{ answers: { 1: { yes: "out" } }, ignored: [1], phoneRule: "first", fieldTypes: { pet: "text" } },
  terms: { wording: "", givenOn: "2026-01-02", event: "", eventOn: "", endsOn: "" },
};

test("a form begins with what was answered before, and with the guess where nothing was", () => {
  expect(choicesOf(data, NO_TERMS)).toMatchObject({
    roles: ["phone", "custom"],
    basis: "express",
    phoneRule: "mobile",
  });
  expect(choicesOf({ ...data, choices: kept }, NO_TERMS)).toMatchObject({
    ...{ roles: ["phone", ""], basis: "inferred", evidence: "Shop till", tags: "vip" },
    ...{ answers: { 1: { yes: "out" } }, ignored: [1], phoneRule: "first", fieldTypes: { pet: "text" } },
  });
});

test("a column of dates is offered as a date, one that can be read in two ways is not", () => {
  const dated = {
    ...data,
    header: ["Mobile", "Joined", "Seen", "Pet"],
    sample: [
      ["0491570156", "2026-03-31", "03/04/2026", "Rex"],
      ["0491570157", "", "13/04/2026", "2026-01-01"],
      ["0491570158", "4 May 2026", "14/04/2026", "Fido"],
    ],
  };
  expect(choicesOf(dated, NO_TERMS).fieldTypes).toEqual({ joined: "date" });
});

test("answers about other columns are not taken", () => {
  expect(choicesOf({ ...data, choices: { ...kept, header: ["Pet", "Mobile"] } }, NO_TERMS).roles).toEqual([
    "phone",
    "custom",
  ]);
});
