import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { rest } from "./rest.ts";

test("a rest ends with its time, with the stop, and at once where the stop came before", async () => {
  const stop = new AbortController();
  await rest(1, stop.signal);
  expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  const began = performance.now();
  setTimeout(() => stop.abort(), 10);
  await rest(60_000, stop.signal);
  await rest(60_000, stop.signal);
  expect(performance.now() - began).toBeLessThan(10_000);
});
