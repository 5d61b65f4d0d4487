import { describe, expect, it } from "vitest";
import { fieldWords, keptWords, valueWords } from "./field-words.ts";

describe("the words of an import's changes", () => {
  it("name each field as the contact's page does", () => {
    expect(["first_name", "custom.shoe_size", "brand_new"].map(fieldWords)).toEqual([
      ...["First name", "shoe_size", "brand_new"],
    ]);
  });

  it("show a value, an empty one, and consent in words", () => {
    expect(valueWords("city", "Perth")).toBe("Perth");
    expect(valueWords("city", null)).toBe("empty");
    expect(valueWords("consent_basis", "express")).toMatch(/express/i);
  });

  it("say why a contact was kept", () => {
    expect(keptWords(["texted", "replied"])).toBe("Texted since, or in a campaign · Replied since");
    expect(keptWords(["first_name", "custom.size"])).toBe("Changed since: First name, size");
    expect(keptWords(["newer-import"])).toBe("In a later import");
  });
});
