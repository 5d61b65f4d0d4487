import { expect, test } from "vitest";
import vectors from "../data/signature-vectors.json" with { type: "json" };
import { signatureOf, signedUrl } from "./signature.ts";

const cases = [...vectors.published, ...vectors.computed] as unknown as {
  id: string;
  authToken: string;
  signedUrl: string;
  params: Record<string, string | string[]>;
  signature: string;
}[];

test.each(cases)("signs as Twilio does: $id", ({ authToken, signedUrl: url, params, signature }) => {
  expect(signatureOf(authToken, url, params)).toBe(signature);
});

test("neither fragment nor credentials are signed, and the port is", () => {
  expect(signedUrl("https://user:p@example.com:8443/a?b=c#rc=5&rp=all")).toBe(
    "https://example.com:8443/a?b=c",
  );
  expect(signedUrl("https://example.com/a@b")).toBe("https://example.com/a@b");
});
