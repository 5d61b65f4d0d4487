import { expect, test } from "vitest";
import { idsOfTopics, topicOf } from "./live-topics.ts";

test("a topic's name gives back its kind and id", () => {
  const topics = [
    topicOf("campaigns", "1"),
    topicOf("imports", "2"),
    topicOf("campaigns", "3"),
    topicOf("inbox", "4"),
  ];
  expect(idsOfTopics(topics)).toEqual({ campaigns: ["1", "3"], imports: ["2"], inbox: ["4"] });
  expect(idsOfTopics(["campaignsx/4", "other/5"])).toEqual({ campaigns: [], imports: [], inbox: [] });
});
