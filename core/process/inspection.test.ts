import { describe, expect, test } from "vitest";
import { mayInspect } from "./inspection.ts";

const TOKEN = "of-the-operators-alone";
const asking = (remoteAddress: string | null, headers: Record<string, string> = {}) => ({
  remoteAddress,
  header: (name: string) => headers[name],
});

describe("who may see what is meant for operators", () => {
  test.each(["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "::FFFF:127.0.0.1"])(
    "somebody on the machine itself: %s",
    (address) => {
      expect(mayInspect(asking(address), undefined)).toBe(true);
      expect(mayInspect(asking(address), TOKEN)).toBe(true);
    },
  );

  test.each([
    null,
    "10.0.0.1",
    "192.0.2.127",
    "127.0.0.1.example.com",
    "1127.0.0.1",
    "::11",
    "2001:db8::1",
    "unknown",
  ])("nobody elsewhere: %s", (address) => {
    expect(mayInspect(asking(address), undefined)).toBe(false);
    expect(mayInspect(asking(address, { authorization: "Bearer undefined" }), undefined)).toBe(false);
  });

  test.each(["x-forwarded-for", "forwarded", "x-real-ip", "via"])(
    "nobody by way of a proxy on the machine, which adds %s",
    (name) => {
      expect(mayInspect(asking("127.0.0.1", { [name]: "" }), undefined)).toBe(false);
      expect(mayInspect(asking("127.0.0.1", { [name]: "127.0.0.1" }), TOKEN)).toBe(false);
    },
  );

  test("a request with the token, from anywhere", () => {
    const bearer = (given: string) => asking("10.0.0.1", { authorization: given, "x-forwarded-for": "x" });
    expect(mayInspect(bearer(`Bearer ${TOKEN}`), TOKEN)).toBe(true);
    expect(mayInspect(bearer(`bearer ${TOKEN}`), TOKEN)).toBe(true);
    const wrong = [`Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`, TOKEN, "Bearer ", ""];
    const other = `Bearer ${"x".repeat(TOKEN.length)}`;
    const first = `Bearer X${TOKEN.slice(1)}`;
    for (const given of [...wrong, other, first, ` Bearer ${TOKEN}`, `Bearer ${TOKEN} x`])
      expect(mayInspect(bearer(given), TOKEN), given).toBe(false);
  });
});
