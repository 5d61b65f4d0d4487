import { expect, test } from "vitest";
import { causeSentence, triggerWords } from "./person-words.ts";

test("words", () => {
  const days = (count: number) => triggerWords({ kind: "date", field: "born", days: count });
  expect([days(0), days(-1), days(2)]).toEqual([
    "On the day of born",
    "1 day before born",
    "2 days after born",
  ]);
  expect(triggerWords({ kind: "keyword", keyword: "join" })).toBe("Texts JOIN");
  expect(triggerWords({ kind: "tag", tag: "new" })).toBe("Gets the tag “new”");
  expect(triggerWords({ kind: "event", event: "paid" })).toBe("Event “paid”");
  expect(triggerWords({ kind: "audience", audienceId: "1" }, "Regulars")).toBe("Comes into “Regulars”");
  expect(triggerWords({ kind: "audience", audienceId: "1" })).toBe("Comes into an audience");
  expect(causeSentence({ kind: "audience", name: "Regulars" })).toBe(
    "They came into the audience “Regulars”.",
  );
  expect(
    [
      causeSentence({ kind: "keyword", keyword: "JOIN", messageSid: "SM1" }),
      causeSentence({ kind: "tag", tag: "new" }),
      causeSentence({ kind: "date", field: "born", day: "2026-11-23" }),
      causeSentence({ kind: "event", event: "paid", key: "1" }),
    ].join(" "),
  ).toBe(
    "They texted JOIN. They got the tag “new”. Their born is 2026-11-23. Your system reported the event “paid”.",
  );
});
