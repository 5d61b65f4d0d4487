import { expect, test } from "vitest";
import { nextAddress, signInAddress } from "./next-address.ts";

test("signing in returns to the same page with its filters", () => {
  const address = signInAddress({ pathname: "/messages", search: "?status=failed&reason=Consent" });
  const next = new URL(address, "http://x").searchParams.get("next") ?? "";
  expect(nextAddress(next)).toBe("/messages?status=failed&reason=Consent");
});

test.each([
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "",
  "/sign-in?next=/",
])("%s leads home instead", (next) => {
  expect(nextAddress(next)).toBe("/");
});
