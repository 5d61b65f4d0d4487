import { expect, test } from "vitest";
import { numberBehind, senderOf } from "./sender.ts";

test.each([
  ["+64211234567", { kind: "number", phone: "+64211234567" }, "+64211234567"],
  ["whatsapp:+64211234567", { kind: "channel", channel: "whatsapp", phone: "+64211234567" }, "+64211234567"],
  ["RCS:+64211234567", { kind: "channel", channel: "rcs", phone: "+64211234567" }, "+64211234567"],
  ["messenger:1084728", { kind: "channel", channel: "messenger", phone: null }, null],
  ["244", { kind: "short-code" }, null],
  ["24444", { kind: "short-code" }, null],
  ["244444444", { kind: "name" }, null],
  ["Vodafone", { kind: "name" }, null],
  ["+0211234567", { kind: "name" }, null],
  ["", { kind: "name" }, null],
])("%j is %j", (address, sender, number) => {
  expect(senderOf(address)).toEqual(sender);
  expect(numberBehind(address)).toBe(number);
});
