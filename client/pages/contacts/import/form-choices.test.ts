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

test("answers about other columns are not taken", () => {
  expect(choicesOf({ ...data, choices: { ...kept, header: ["Pet", "Mobile"] } }, NO_TERMS).roles).toEqual([
    "phone",
    "custom",
  ]);
});
