import { expect, test } from "vitest";
import { endWords } from "./suppression-words.ts";

const NOW = new Date("2026-11-29T12:00:00Z");
const words = (expiresAt: string | null, afterExpiry: "hold" | "warn" = "hold") => {
  const version = { fileName: "a.txt", downloadedOn: "2026-11-20", numbers: 5, clean: 0, unreadable: 0 };
  const current = { ...version, uploadedBy: null, activeAt: "2026-11-20T00:00:00Z", expiresAt };
  return endWords({ current, afterExpiry } as never, NOW);
};

test("a list says until when it is valid, and what follows", () => {
  expect(endWords({ current: null, afterExpiry: "hold" }, NOW).label).toBe("Nothing uploaded");
  expect(words(null)).toEqual({ tone: "ok", label: "No end", detail: "Downloaded 20 Nov 2026" });
  expect(words("2026-12-21T00:00:00Z")).toEqual({
    ...{
      tone: "ok",
      label: "Until 21 Dec 2026",
      detail: "Downloaded 20 Nov 2026; then marketing there waits.",
    },
  });
  expect(words("2026-12-06T12:00:00Z").tone).toBe("warn");
  expect(words("2026-11-29T12:00:00Z", "warn")).toEqual({
    ...{ tone: "danger", label: "Expired", detail: "Downloaded 20 Nov 2026; marketing there goes on." },
  });
});
