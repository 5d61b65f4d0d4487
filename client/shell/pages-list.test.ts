import { expect, test } from "vitest";
import { PAGES, pageOf } from "./pages-list.ts";

test("a page below another marks the nearer one in the menu", () => {
  expect(pageOf("/contacts/import/1")?.label).toBe("Imports");
  expect(pageOf("/contacts/1")?.label).toBe("Contacts");
  expect(pageOf("/")?.label).toBe("Home");
  expect(pageOf("/nowhere")).toBeUndefined();
});

test("no two pages share a shortcut", () => {
  const keys = PAGES.map((page) => page.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
