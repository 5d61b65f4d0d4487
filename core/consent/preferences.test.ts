import { expect, test } from "vitest";
import { refusedKey, subjectKey } from "./preferences.ts";

test("a subject is a purpose, or a topic of marketing", () => {
  expect(subjectKey({ purpose: "service" })).toBe("service");
  expect(subjectKey({ purpose: "marketing", topic: "Offers: new" })).toBe("marketing:Offers: new");
});

test("a refused purpose refuses all its topics, a refused topic only itself", () => {
  expect(refusedKey(["marketing"], { purpose: "marketing", topic: "Offers" })).toBe("marketing");
  expect(refusedKey(["marketing:Offers"], { purpose: "marketing", topic: "Offers" })).toBe(
    "marketing:Offers",
  );
  expect(refusedKey(["marketing:Offers"], { purpose: "marketing", topic: "News" })).toBeNull();
  expect(refusedKey(["marketing:Offers"], { purpose: "marketing" })).toBeNull();
  expect(refusedKey(["marketing"], { purpose: "transactional" })).toBeNull();
});
