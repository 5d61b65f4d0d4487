import { expect, test } from "vitest";
import { filteredAddress, filtersOf } from "./filtered-address.ts";

test("names and numbers of people stand behind the #, which no server gets", () => {
  const filters = { phone: "+61491570006", search: "Mia Ng", with: "+61491570156", status: "failed" };
  const address = filteredAddress("/messages", filters);
  const { pathname, search, hash } = new URL(address, "https://texts.example.com");
  expect(pathname + search).toBe("/messages?status=failed");
  expect(filtersOf({}, hash)).toEqual({
    phone: "+61491570006",
    search: "Mia Ng",
    with: "+61491570156",
  });
});

test("a page without filters has a plain address", () => {
  expect(filteredAddress("/contacts", { search: undefined, tag: "" })).toBe("/contacts");
  expect(filtersOf({}, "")).toEqual({});
});

test("a section's own mark is no filter", () => {
  expect(filtersOf({}, "#members")).toEqual({});
});

test("an older link that has a number in its query still works, and what is behind the # wins", () => {
  expect(filtersOf({ status: "failed", phone: "+61491570006" }, "")).toEqual({
    status: "failed",
    phone: "+61491570006",
  });
  expect(filtersOf({ phone: "+61491570006" }, "#phone=%2B61491570156")).toEqual({ phone: "+61491570156" });
});
