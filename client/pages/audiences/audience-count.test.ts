import { expect, it } from "vitest";
import { audienceCount, estimateBounds } from "./audience-count.ts";

it("an estimated count says that it is one, and what it can be", () => {
  const counted = { contacts: 412_000, estimate: { low: 402_000, high: 422_000 } };
  expect(audienceCount(counted)).toBe("About 412,000 contacts");
  expect(estimateBounds(counted)).toBe("Probably between 402,000 and 422,000.");
});

it("an audience of which a sample has nobody may still have some", () => {
  const counted = { contacts: 0, estimate: { low: 0, high: 3_500 } };
  expect(audienceCount(counted)).toBe("Probably fewer than 3,500 contacts");
  expect(estimateBounds(counted)).toBe("None in a sample.");
});

it("an exact count is only a count", () => {
  const counted = { contacts: 1, estimate: null };
  expect(audienceCount(counted)).toBe("1 contact");
  expect(estimateBounds(counted)).toBeNull();
});
