import { ACTIONS } from "@smscrm/core/process/roles";
import { expect, test } from "vitest";
import { mayOpen, pageOf, pagesFor } from "./pages-list.ts";

test("a page below another marks the nearer one in the menu", () => {
  expect(pageOf("/contacts/import/1")?.label).toBe("Imports");
  expect(pageOf("/contacts/1")?.label).toBe("Contacts");
  expect(pageOf("/")?.label).toBe("Home");
  expect(pageOf("/nowhere")).toBeUndefined();
});

test("no two pages share a shortcut", () => {
  const keys = pagesFor(ACTIONS).map((page) => page.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test("a person sees the pages that their role may read", () => {
  expect(pagesFor(["inbox.read", "messages.reply"]).map((page) => page.href)).toEqual(["/inbox"]);
  expect(mayOpen(["inbox.read"], "/inbox")).toBe(true);
  expect(mayOpen(["inbox.read"], "/contacts/1")).toBe(false);
  expect(mayOpen(["inbox.read"], "/security")).toBe(true);
});
