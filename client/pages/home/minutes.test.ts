import { expect, test } from "vitest";
import { minutesOf } from "./minutes.ts";

test("returns whole minutes, with 0 where nothing was sent", () => {
  const now = new Date("2026-11-25T10:05:30Z");
  const pace = [
    { at: "2026-11-25T10:02:00Z", submitted: 7 },
    { at: "2026-11-25T10:04:00Z", submitted: 9 },
    { at: "2026-11-25T10:05:00Z", submitted: 3 },
  ];
  const { at, values } = minutesOf(pace, now, 4);
  expect(at.map((ms) => new Date(ms).toISOString().slice(11, 16))).toEqual([
    "10:01",
    "10:02",
    "10:03",
    "10:04",
  ]);
  expect(values).toEqual([0, 7, 0, 9]);
});
