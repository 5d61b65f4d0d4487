import { expect, test } from "vitest";
import { freePort } from "./port.ts";

test("a port is not given twice, although nobody listens on it yet", async () => {
  const first = await freePort();
  const chosen = [first, first, first + 1, first + 2];
  expect(await freePort(() => chosen.shift() ?? first)).not.toBe(first);
});
