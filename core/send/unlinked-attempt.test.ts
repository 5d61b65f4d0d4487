import { expect, test } from "vitest";
import { messageOf } from "./unlinked-attempt.ts";

const START_MS = Date.UTC(2026, 10, 23);
const at = (seconds: number) => new Date(START_MS + seconds * 1_000);
const attempt = (id: string, seconds: number) => ({ id, claimedAt: at(seconds) });
const message = (sid: string, seconds: number) => ({ sid, createdAt: at(seconds) });

test("one attempt is linked to one message of its time", () => {
  expect(messageOf("a", [attempt("a", 0)], [message("m", 1)])?.sid).toBe("m");
  expect(messageOf("a", [attempt("a", 0)], [message("m", 900)])).toBeNull();
  expect(messageOf("a", [attempt("a", 900)], [message("m", 0)])).toBeNull();
});

test("one message with two possible attempts is not linked yet", () => {
  const attempts = [attempt("a", 0), attempt("b", 30)];
  expect(messageOf("a", attempts, [message("m", 31)])).toBeNull();
  expect(messageOf("b", attempts, [message("m", 31)])).toBeNull();
});

test("equal numbers of messages and attempts are linked in order", () => {
  const attempts = [attempt("a", 0), attempt("b", 30)];
  const messages = [message("second", 31), message("first", 1)];
  expect(messageOf("a", attempts, messages)?.sid).toBe("first");
  expect(messageOf("b", attempts, messages)?.sid).toBe("second");
});

test("attempts so close that their messages may have swapped are not linked", () => {
  const attempts = [attempt("a", 0), attempt("b", 2)];
  expect(messageOf("a", attempts, [message("m", 1), message("n", 3)])).toBeNull();
});

test("one message too many means that another program sends the same text", () => {
  expect(messageOf("a", [attempt("a", 0)], [message("m", 1), message("n", 2)])).toBeNull();
});

test("attempts of another hour are ignored", () => {
  const attempts = [attempt("a", 0), attempt("b", 3_600)];
  expect(messageOf("a", attempts, [message("m", 1)])?.sid).toBe("m");
  expect(messageOf("b", attempts, [message("m", 1), message("n", 3_601)])?.sid).toBe("n");
});

test("an attempt that is not among those that are unlinked has no message", () => {
  expect(messageOf("b", [attempt("a", 0)], [message("m", 1)])).toBeNull();
});

test("a message without a date could be of any time, and counts as the oldest", () => {
  const undated = { sid: "undated", createdAt: null };
  expect(messageOf("a", [attempt("a", 0)], [undated])?.sid).toBe("undated");
  const attempts = [attempt("a", 0), attempt("b", 30)];
  expect(messageOf("a", attempts, [message("m", 31), undated])?.sid).toBe("undated");
});
