import { expect, test } from "vitest";
import { inSteadyOrder } from "./steady-order.ts";

const row = (phone: string, unread = 0) => ({ phone, unread });
const order = (rows: { phone: string; unread: number }[], before: string[]) =>
  inSteadyOrder(rows, before).map(({ phone }) => phone);

test("a conversation that was read stays where it is, so that the next one is the next unread one", () => {
  expect(order([row("b", 1), row("c", 1), row("a")], ["a", "b", "c"])).toEqual(["a", "b", "c"]);
});

test("a new unread conversation comes first, a further page last, and one that is gone goes", () => {
  expect(order([row("n", 2), row("b", 1), row("a"), row("z")], ["a", "b", "gone"])).toEqual([
    "n",
    "a",
    "b",
    "z",
  ]);
});

test("without an order from before the list is as it comes", () => {
  expect(order([row("b", 1), row("a", 1)], [])).toEqual(["b", "a"]);
});
