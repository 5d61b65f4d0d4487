import { expect, it } from "vitest";
import { optOutEvidence } from "./opt-out-evidence.ts";

const at = (minute: number) => `2026-11-29T08:${String(minute).padStart(2, "0")}:00.000Z`;
const message = (minute: number) => ({ id: `m${minute}`, at: at(minute) });

it("names the last message before each STOP, and those between it and the next START", () => {
  const replies = [
    { kind: "opt-out", at: at(10), body: "STOP" },
    { kind: "opt-in", at: at(20), body: "START" },
    { kind: "none", at: at(25), body: "hi" },
    { kind: "opt-out", at: at(30), body: "stop it" },
  ];
  const messages = [message(9), message(5), message(12), message(21), message(31)];
  expect(optOutEvidence(replies, messages)).toEqual([
    { at: at(10), text: "STOP", lastMessageBefore: message(9), messagesAfter: [message(12)] },
    { at: at(30), text: "stop it", lastMessageBefore: message(21), messagesAfter: [message(31)] },
  ]);
});

it("knows no message before the first one", () => {
  expect(optOutEvidence([{ kind: "opt-out", at: at(1), body: "STOP" }], [])).toEqual([
    { at: at(1), text: "STOP", lastMessageBefore: null, messagesAfter: [] },
  ]);
});
