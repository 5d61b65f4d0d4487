import { expect, test } from "vitest";
import { clearRefusals } from "./clear-refusal.ts";

const TOPICS = ["Offers", "Events & tastings"];

test.each([
  ["no more offers but keep my reminders", [], ["marketing"]],
  ["Stop the promos, just appointment reminders please", [], ["marketing"]],
  ["Don’t send me ads. I still want order updates", [], ["marketing"]],
  ["no more offers but keep my reminders", TOPICS, ["marketing:Offers"]],
  ["please stop events & tastings but keep the rest", TOPICS, ["marketing:Events & tastings"]],
])("%s %j", (text, topics, refused) => {
  expect(clearRefusals(text, topics)).toEqual(refused);
});

test.each([
  ["no more offers"],
  ["only reminders please"],
  ["keep the offers but stop the reminders"],
  ["stop the weekly texts but keep the monthly ones"],
  ["no offers from the shop but keep offers for members"],
  ["stop the offers but don't stop reminders"],
  ["no más ofertas pero sí recordatorios de citas"],
  [""],
])("%s: a person decides", (text) => {
  expect(clearRefusals(text, [])).toEqual([]);
});

test("a topic that is refused and kept is unclear", () => {
  expect(clearRefusals("no offers by night but keep offers by day", TOPICS)).toEqual([]);
});
