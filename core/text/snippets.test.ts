import { describe, expect, test } from "vitest";
import { isSnippetName, type SnippetText, snippetNames, withSnippets } from "./snippets.ts";
import { parseTemplate, renderTemplate } from "./template.ts";

const text = (country: string, language: string, body: string, name = "end"): SnippetText => ({
  ...{ name, country, language, body },
});
const SNIPPETS = [
  text("", "", "all"),
  text("", "fr", "fr"),
  text("CA", "", "CA"),
  text("CA", "fr", "CA fr"),
  text("", "fr-CA", "fr-CA"),
];
const put = (country: string | null, language: string, body = "{{snippet:end}}") =>
  withSnippets(body, SNIPPETS, { country, language });

describe("a snippet", () => {
  test("has the text of a country before that of a language, and the nearest language", () => {
    expect(put(null, "")).toBe("all");
    expect(put("NZ", "")).toBe("all");
    expect(put("NZ", "fr-BE")).toBe("fr");
    expect(put("NZ", "fr-CA")).toBe("fr-CA");
    expect(put("CA", "en")).toBe("CA");
    expect(put("CA", "fr-CA")).toBe("CA fr");
    expect(put(null, "no language at all")).toBe("all");
  });

  test("stands in a text in any spelling, as often as it is written", () => {
    expect(put(null, "", "a {{ Snippet : END }} b {{snippet:end}}")).toBe("a all b all");
    expect(snippetNames("{{snippet:Opt-out}} {{ SNIPPET: opt out }} {{snippet:end}} {{first_name}}")).toEqual(
      ["opt_out", "end"],
    );
  });

  test("is found in time in a hostile text, and by ASCII's spaces and cases alone", () => {
    const hostile = `{{snippet:${" ".repeat(20_000)}`.repeat(3);
    const startedMs = performance.now();
    expect(snippetNames(hostile)).toEqual([]);
    expect(withSnippets(hostile, SNIPPETS, { country: null, language: "" })).toBe(hostile);
    expect(performance.now() - startedMs).toBeLessThan(500);
    expect(snippetNames("{{snippet:\u212a}} {{\u017fnippet:end}}").some(isSnippetName)).toBe(false);
  });

  test("that nobody knows is a field that nobody has, so that such a text is not sent", () => {
    const body = withSnippets("Hi {{snippet:gone}}", SNIPPETS, { country: null, language: "" });
    expect(renderTemplate(parseTemplate(body), { gone: "x", "snippet:gone": null })).toEqual({
      text: "Hi ",
      missing: ["snippet:gone"],
    });
    expect(withSnippets("Hi {{snippet:gone}}", [], { country: null, language: "" })).toBe(
      "Hi {{snippet:gone}}",
    );
  });

  test("is put in as it is: signs that mean something in a replacement stay", () => {
    expect(withSnippets("{{snippet:end}}", [text("", "", "$& $1 $$")], { country: null, language: "" })).toBe(
      "$& $1 $$",
    );
  });

  test("has a name of small letters, digits and underscores", () => {
    expect(["opt_out", "a1", "x".repeat(40)].every(isSnippetName)).toBe(true);
    expect(["", "_a", "a b", "é", "a.b", "x".repeat(41)].some(isSnippetName)).toBe(false);
  });

  test.each([
    ["{{snippet:}}", /names no snippet/],
    ["{{snippet:a.b}}", /names no snippet/],
    ["{{snippet:end|there}}", /takes no fallback/],
  ])("%j is refused with a sentence", (body, message) => {
    expect(parseTemplate(body).errors).toEqual([{ index: 0, message: expect.stringMatching(message) }]);
  });
});
