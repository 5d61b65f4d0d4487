import { describe, expect, it } from "vitest";
import vectors from "./data/signature-vectors.json" with { type: "json" };
import { type Form, fieldOf, isSigned, parseForm } from "./signature.ts";

type Vector = { id: string; authToken: string; signature: string | null; params: Form; formBody?: string };
const positive = [...vectors.published, ...vectors.computed].filter(
  ({ kind }) => kind === "form",
) as unknown as (Vector & {
  receivedUrl: string;
})[];
const negative = vectors.negative as unknown as (Vector & { url: string })[];

/** Encodes like the carrier's client. */
const encode = (params: Form) => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, one);
  }
  return search.toString();
};

describe("the carrier's signature", () => {
  it.each(positive)("holds: $id", ({ authToken, signature, receivedUrl, params, formBody }) => {
    const form = parseForm(formBody ?? encode(params));
    expect(isSigned([authToken], signature!, receivedUrl, form)).toBe(true);
    expect(isSigned(["another token", authToken], signature!, receivedUrl, form)).toBe(true);
  });

  it.each(negative)("does not hold: $id", ({ authToken, signature, url, params }) => {
    expect(isSigned([authToken], signature ?? undefined, url, parseForm(encode(params)))).toBe(false);
  });

  it("covers every byte of every value", () => {
    const { authToken, signature, receivedUrl, formBody } = positive.find(
      ({ id }) => id === "calc-inbound-stop",
    )!;
    for (const change of [
      formBody!.replace("STOP", "stop"),
      `${formBody}&Extra=1`,
      `${formBody}&Body=STOP2`,
    ]) {
      expect(isSigned([authToken], signature!, receivedUrl, parseForm(change))).toBe(false);
    }
  });

  it("is computed from the form as sent: empty values and repeated names stay", () => {
    const form = parseForm("A=&B=1&B=2&C=+x+&__proto__=p&D=%2B61");
    expect(Object.entries(form)).toEqual([
      ["A", ""],
      ["B", ["1", "2"]],
      ["C", " x "],
      ["__proto__", "p"],
      ["D", "+61"],
    ]);
    expect(fieldOf(form, "toString")).toBeNull();
  });

  it("takes no time to check for a form that nobody signed, however many fields it has", () => {
    const forms = ["a&".repeat(32_000), Array.from({ length: 12_000 }, (_, n) => `${n}`).join("&")];
    const from = performance.now();
    for (const form of forms)
      expect(isSigned(["0".repeat(32)], `${"A".repeat(27)}=`, "https://x.example.com", parseForm(form))).toBe(
        false,
      );
    expect(performance.now() - from).toBeLessThan(200);
  });
});
