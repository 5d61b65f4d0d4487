import { describe, expect, it } from "vitest";
import { filesWith, productSource } from "./product-source.ts";

const pages = productSource().filter(({ file }) => file.startsWith("client/"));
const found = (pattern: RegExp) =>
  pages.flatMap(({ file, code }) => [...code.matchAll(pattern)].map((match) => ({ file, text: match[0] })));

describe("the dashboard's code", () => {
  it("masks every password, names it for password managers, and takes what is pasted", () => {
    const fields = found(/<\w+(?:\s(?:[^<>]|=>)*?)?\stype="password"(?:[^<>]|=>)*?\/?>/g);
    expect(fields.map(({ file }) => file).sort()).toEqual([
      "client/pages/join.tsx",
      "client/pages/security/password-section.tsx",
      "client/pages/sign-in.tsx",
      "client/pages/sign-in/link-step.tsx",
      "client/shell/proof/proof-form.tsx",
      "client/ui/controls/new-password-field.tsx",
    ]);
    for (const { file, text } of fields) expect(text, file).toMatch(/autocomplete="(current|new)-password"/);
    expect(filesWith(pages, /onPaste|onCopy|"paste"/i)).toEqual([]);
    const named = found(/label="[^"]*password[^"]*"/gi).filter(
      ({ file }) => !fields.some((each) => each.file === file),
    );
    for (const { file } of named) expect(filesWith(pages, /NewPasswordField/), file).toContain(file);
  });

  it("leads nowhere but to its own pages, files and the links that the server names", () => {
    const addresses = found(/\b(?:href|src|formaction)=(?:"[^"]*"|\{[^}]*\})/gi);
    expect(addresses.length).toBeGreaterThan(40);
    const literal = addresses.filter(({ text }) => text.includes('"'));
    const elsewhere = literal.filter(({ text }) => !/="(\/(?!\/)|#)|=\{.*"\//.test(text));
    expect(elsewhere).toEqual([]);
    expect(filesWith(pages, /javascript:|data:text|vbscript:/i)).toEqual([]);
    // To the identity provider that an owner entered, at an address that the server made.
    expect(filesWith(pages, /location\.(assign|replace)\(|location\.href\s*=|window\.open\(/)).toEqual([
      "client/data/people/single-sign-on.ts",
    ]);
    const blank = found(/<a\b(?:[^<>]|=>)*?target="_blank"(?:[^<>]|=>)*?>/g);
    for (const { file, text } of blank) expect(text, file).toMatch(/rel="(noopener )?noreferrer"/);
  });

  it("puts the way out into the bar that every page has", () => {
    expect(filesWith(pages, /label: "Sign out"/)).toEqual(["client/shell/top-bar.tsx"]);
    expect(filesWith(pages, /<TopBar\b/)).toEqual(["client/shell/shell.tsx"]);
  });

  it("forgets with the session what it remembers of people outside its queries", () => {
    const remembering = filesWith(pages, /^const \w+ = new Map<string, \{ id: string; body: string \}>\(\)/m);
    expect(remembering).toEqual(["client/pages/inbox/reply-box.tsx"]);
    for (const file of remembering)
      expect(filesWith(pages, /forgetWithSession\(\(\) => drafts\.clear\(\)\)/)).toContain(file);
    const session = pages.find(({ file }) => file === "client/data/session.ts")!;
    expect(session.code.match(/\n {2}forgetAll\(\);/g)).toHaveLength(2);
  });
});
