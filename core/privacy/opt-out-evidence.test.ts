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
  expect(optOutEvidence({ replies, consents: [], messages })).toEqual([
    { at: at(10), by: "text", text: "STOP", lastMessageBefore: message(9), messagesAfter: [message(12)] },
    { at: at(30), by: "text", text: "stop it", lastMessageBefore: message(21), messagesAfter: [message(31)] },
  ]);
});

it("knows an opt-out by link, in its place among those by text, and no other consent", () => {
  const consent = (minute: number, basis: string, source: string) => ({ at: at(minute), basis, source });
  const consents = [
    consent(1, "express", "import"),
    consent(7, "withdrawn", "link"),
    consent(8, "withdrawn", "operator"),
    consent(30, "withdrawn", "reply"),
  ];
  const replies = [
    { kind: "opt-out", at: at(30), body: "STOP" },
    { kind: "opt-in", at: at(20), body: "START" },
  ];
  const messages = [message(5), message(12), message(21)];
  expect(optOutEvidence({ replies, consents, messages })).toEqual([
    { at: at(7), by: "link", text: null, lastMessageBefore: message(5), messagesAfter: [message(12)] },
    { at: at(30), by: "text", text: "STOP", lastMessageBefore: message(21), messagesAfter: [] },
  ]);
});

it("knows no message before the first one", () => {
  const replies = [{ kind: "opt-out", at: at(1), body: "STOP" }];
  expect(optOutEvidence({ replies, consents: [], messages: [] })).toMatchObject([
    { at: at(1), lastMessageBefore: null, messagesAfter: [] },
  ]);
});
