import { expect, test } from "vitest";
import type { CarrierMessage } from "./carrier/carrier.ts";
import { messageOf } from "./link-unknown.ts";

const START_MS = Date.UTC(2026, 10, 23);
const at = (seconds: number) => new Date(START_MS + seconds * 1_000);
const attempt = (id: string, seconds: number) => ({ id, claimedAt: at(seconds) });
const message = (sid: string, seconds: number): CarrierMessage => ({
  sid,
  from: "+61480001001",
  to: "+61401000001",
  body: "Hello",
  direction: "outbound-api",
  status: "delivered",
  errorCode: null,
  createdAt: at(seconds),
  priceMicros: null,
});

test("one attempt, one message of its time", () => {
  expect(messageOf("a", [attempt("a", 0)], [message("m", 1)])?.sid).toBe("m");
  expect(messageOf("a", [attempt("a", 0)], [message("m", 900)])).toBeNull();
  expect(messageOf("a", [attempt("a", 900)], [message("m", 0)])).toBeNull();
});

test("one message and two attempts that it could be is nobody's yet", () => {
  const attempts = [attempt("a", 0), attempt("b", 30)];
  expect(messageOf("a", attempts, [message("m", 31)])).toBeNull();
  expect(messageOf("b", attempts, [message("m", 31)])).toBeNull();
});

test("as many messages as attempts are linked in order", () => {
  const attempts = [attempt("a", 0), attempt("b", 30)];
  const messages = [message("second", 31), message("first", 1)];
  expect(messageOf("a", attempts, messages)?.sid).toBe("first");
  expect(messageOf("b", attempts, messages)?.sid).toBe("second");
});

test("attempts so close that their messages may have changed places are left alone", () => {
  const attempts = [attempt("a", 0), attempt("b", 2)];
  expect(messageOf("a", attempts, [message("m", 1), message("n", 3)])).toBeNull();
});

test("a message too many means that somebody else sends the same", () => {
  expect(messageOf("a", [attempt("a", 0)], [message("m", 1), message("n", 2)])).toBeNull();
});

test("attempts of another hour do not matter", () => {
  const attempts = [attempt("a", 0), attempt("b", 3_600)];
  expect(messageOf("a", attempts, [message("m", 1)])?.sid).toBe("m");
  expect(messageOf("b", attempts, [message("m", 1), message("n", 3_601)])?.sid).toBe("n");
});
