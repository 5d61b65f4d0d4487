import { describe, expect, it } from "vitest";
import { allowedHost, isAllowed } from "./destination.ts";

describe("a host that may be linked", () => {
  it.each([
    ["Shop.Example.com", "shop.example.com"],
    [" *.Example.com ", "*.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
  ])("%j is kept as %j", (written, kept) => {
    expect(allowedHost.parse(written)).toBe(kept);
  });

  it.each([
    ["https://shop.example.com", /Enter a host/],
    ["shop.example.com/path", /Enter a host/],
    ["shop.example.com/", /Enter a host/],
    ["shop.example.com:8443", /Enter a host/],
    ["user@shop.example.com", /Enter a host/],
    ["*", /Enter a host/],
    ["*.com", /Enter a host/],
    ["localhost", /Enter a host/],
    ["10.0.0.1", /Enter a host/],
    ["2130706433", /Enter a host/],
    ["[::1]", /Enter a host/],
    ["a b.example", /Enter a host/],
    ["", /Enter a host/],
    ["bit.ly", /leads wherever anybody likes/],
    ["*.bit.ly", /leads wherever anybody likes/],
  ])("%j is refused", (written, fault) => {
    expect(allowedHost.safeParse(written).error?.issues[0]?.message).toMatch(fault);
  });

  it("is that host alone, or every host below it", () => {
    expect(isAllowed("https://example.com/a", ["example.com"])).toBe(true);
    expect(isAllowed("https://www.example.com/a", ["example.com"])).toBe(false);
    expect(isAllowed("https://www.example.com/a", ["*.example.com"])).toBe(true);
    expect(isAllowed("https://example.com/a", ["*.example.com"])).toBe(false);
    expect(isAllowed("https://evilexample.com/a", ["*.example.com", "example.com"])).toBe(false);
    expect(isAllowed("https://example.com/a", [])).toBe(false);
  });
});
