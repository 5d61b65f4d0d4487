import { describe, expect, it } from "vitest";
import { inTime } from "./limit.ts";

describe("a wait with a limit", () => {
  it("returns what came in time", async () => {
    expect(await inTime(Promise.resolve(7), 1_000, "seven")).toBe(7);
  });

  it("says what it waited for at the limit", async () => {
    await expect(inTime(new Promise(() => {}), 10, "COPY of the contacts")).rejects.toThrow(
      "COPY of the contacts did not end within 0.01 s",
    );
  });
});
