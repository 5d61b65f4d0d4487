import { describe, expect, it } from "vitest";
import { parseTemplate, renderTemplate } from "./template.ts";

const render = (body: string, values: Record<string, string>) => renderTemplate(parseTemplate(body), values);

describe("a merge field's pattern", () => {
  it.each([
    ['{{d|date:"ddd D MMM"}}', "2026-03-01", "Sun 1 Mar"],
    ['{{ d | date: "dddd D MMMM YYYY" }}', "2026-12-25", "Friday 25 December 2026"],
    ["{{d|date:“DD.MM.YY”}}", "2026-03-01", "01.03.26"],
    ['{{d|date:"D/M [in] YYYY"}}', "2026-03-09", "9/3 in 2026"],
    ['{{d|number:"0"}}', "1234.5", "1235"],
    ['{{d|number:"0,000.00"}}', "1234567.895", "1,234,567.90"],
    ['{{d|number:"0.00"}}', "1.005", "1.01"],
    ['{{d|number:"0.00"}}', "-7", "-7.00"],
    ['{{d|number:"0.0"}}', "-0.04", "0.0"],
    ['{{d|words:"a member/new here"}}', "yes", "a member"],
    ['{{d|words:"a member/new here"}}', "no", "new here"],
    ['{{d|soon|date:"D MMM"}}', "", "soon"],
    ["{{d|soon|date:D MMM}}", "2026-03-01", "1 Mar"],
    ['{{d|soon|date:"D MMM"}}', "next week", "soon"],
  ])("writes the value: %s of %s", (body, d, text) => {
    expect(render(body, { d })).toEqual({ text, missing: [] });
  });

  it.each([
    ['{{d|date:"D MMM"}}', "tomorrow"],
    ['{{d|date:"D MMM"}}', "2026-02-30"],
    ['{{d|date:"D MMM"}}', "2026-99-99"],
    ['{{d|number:"0"}}', "many"],
    ['{{d|words:"yes/no"}}', "perhaps"],
  ])("makes a message miss a value that it can't write: %s of %s", (body, d) => {
    expect(render(body, { d })).toEqual({ text: "", missing: ["d"] });
  });

  it.each([
    ['{{d|date:""}}', /needs a pattern/],
    ['{{d|date:"D of MMM"}}', /"of" is no part of a date/],
    ['{{d|number:"#.##"}}', /not a pattern for numbers/],
    ['{{d|words:"yes"}}', /with one \/ between/],
    ['{{d|date:"D"|x|y}}', /Too many/],
    ['{{opt_out_link|date:"D"}}', /takes no fallback/],
    ["{{d||shout}}", /not a format/],
  ])("is refused in words: %s", (body, fault) => {
    expect(parseTemplate(body).errors[0]?.message).toMatch(fault);
  });
});
