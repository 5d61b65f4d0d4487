import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTemplate, renderTemplate, STANDARD_FIELDS, unknownFields } from "./template.ts";

const render = (body: string, values: Record<string, string | null | undefined> = {}) =>
  renderTemplate(parseTemplate(body), values);

describe("merge fields", () => {
  test.each([
    ["Hi {{first_name}}!", { first_name: "Mia" }, "Hi Mia!"],
    ["Hi {{ first_name }}!", { first_name: "Mia" }, "Hi Mia!"],
    ["Hi {{First Name}}!", { first_name: "Mia" }, "Hi Mia!"],
    ["Hi {{first-name}}!", { first_name: "Mia" }, "Hi Mia!"],
    ["Hi {{\nfirst_name\t|\tthere }}!", {}, "Hi there!"],
    ["Hi {{first_name|there}}!", { first_name: "" }, "Hi there!"],
    ["Hi {{first_name|there}}!", { first_name: "  \n " }, "Hi there!"],
    ["Hi {{first_name|there}}!", { first_name: null }, "Hi there!"],
    ["Hi {{first_name|my friend}}!", { first_name: undefined }, "Hi my friend!"],
    ["{{first_name}}{{last_name|}}", { first_name: "Mia" }, "Mia"],
    ["{{first_name|there|title}}", { first_name: "MIA ROSE" }, "Mia Rose"],
    ["{{first_name|you LOT|title}}", {}, "you LOT"],
    ["{{last_name|x|title}}", { last_name: "o'brien-SMITH" }, "O'Brien-Smith"],
    ["{{last_name||title}}", { last_name: "mia's" }, "Mia's"],
    ["{{city||UPPER}} {{city||lower}}", { city: "Perth" }, "PERTH perth"],
    ["{{first_name}} {{first_name}}", { first_name: "Mia" }, "Mia Mia"],
    ["{ {a} } {", {}, "{ {a} } {"],
    ["{{größe}}", { größe: "XL" }, "XL"],
    ["", {}, ""],
  ])("%j with %j is %j", (body, values, text) => {
    expect(render(body, values)).toEqual({ text, missing: [] });
    expect(parseTemplate(body).errors).toEqual([]);
  });

  test("a blank field without fallback is missing, named once", () => {
    expect(render("Hi {{first_name}} {{last_name}} {{first_name}}, {{city|x}}", { last_name: " " })).toEqual({
      text: "Hi   , x",
      missing: ["first_name", "last_name"],
    });
  });

  test("names of object properties are not values", () => {
    expect(render("{{constructor}}{{__proto__|-}}{{tostring|-}}").missing).toEqual(["constructor"]);
  });
});

describe("an invalid field is reported with its position, and stays as text", () => {
  test.each([
    ["Hi {{first_name", 3, /no "}}"/],
    ["Hi {{first_name}", 3, /no "}}"/],
    ["{{a {{b}}", 0, /no "}}"/],
    ["a }} b", 2, /no "{{"/],
    ["x{{}}", 1, /name no field/],
    ["x{{ |there}}", 1, /name no field/],
    ["{{first.name}}", 0, /letters, digits/],
    [`{{${"a".repeat(65)}}}`, 0, /letters, digits/],
    ["{{a|b|c|d}}", 0, /Too many/],
    ["{{a|b|shout}}", 0, /"shout" is not a format/],
  ])("%j", (body, index, message) => {
    const template = parseTemplate(body);
    expect(template.errors).toEqual([{ index, message: expect.stringMatching(message) }]);
  });

  test("the rest of the template still works", () => {
    expect(render("{{a {{b}} }} {{}}", { b: "1" }).text).toBe("{{a 1 }} {{}}");
    expect(parseTemplate("}} {{ }} {{a|b|c}}").errors.map((error) => error.index)).toEqual([0, 3, 9]);
    expect(parseTemplate("}}}} x").errors.map((error) => error.index)).toEqual([0, 2]);
  });
});

describe("values", () => {
  test.each([
    ["  Mia  ", "Mia"],
    ["Mia\r\nRose", "Mia Rose"],
    ["Mia\u0000\u0007 Rose", "Mia Rose"],
    ["Mia\u2028Rose", "Mia Rose"],
    ["Mia   Rose", "Mia Rose"],
    ["\u202eaiM\u202c", "aiM"],
    ["\ufeffMia\u200b", "Mia"],
    ["Mia\ud800", "Mia"],
    ["👩‍👧 Mia", "👩‍👧 Mia"],
  ])("%j becomes %j", (value, text) => expect(render("{{v}}", { v: value }).text).toBe(text));

  test("can never inject a merge field or a line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const hostile = `{{phone}}${value}{{`;
        const { text } = render("[{{v}}]", { v: hostile, phone: "+61491570006" });
        expect(text.startsWith("[{{phone}}")).toBe(true);
        expect(text).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  test("text without braces renders to itself, and rendering never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.dictionary(fc.string(), fc.string()), (body, values) => {
        const { text } = render(body, values);
        if (!body.includes("{{")) expect(text).toBe(body);
      }),
    );
  });

  test("a long body of open braces is read in one pass", () => {
    expect(parseTemplate("{{".repeat(800)).errors).toHaveLength(800);
  });
});

test("unknown fields are named once, in order, in any spelling", () => {
  const template = parseTemplate("{{frist_name}} {{City}} {{Shoe size}} {{frist_name}} {{member-no}}");
  expect(unknownFields(template, [...STANDARD_FIELDS, "Member No"])).toEqual(["frist_name", "shoe_size"]);
});

test("the opt-out link takes no fallback and no format, which would break it or hide that it is missing", () => {
  expect(parseTemplate("{{ Opt-out link }}")).toMatchObject({
    fields: [{ name: "opt_out_link" }],
    errors: [],
  });
  for (const body of ["{{opt_out_link|none}}", "{{opt_out_link|}}", "{{opt_out_link||upper}}"])
    expect(parseTemplate(body).errors.map(({ message }) => message)).toEqual([
      "The opt-out link takes no fallback and no format: write {{opt_out_link}}.",
    ]);
});
