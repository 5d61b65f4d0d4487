import { expect, test } from "vitest";
import { DROP_REASONS, HOLD_REASONS, SEND_JOB_STATUSES } from "../send/send-job.ts";
import { describeStatus } from "./explain.ts";

test("reasons are short, stable phrases", () => {
  expect(DROP_REASONS.join()).toBe(
    "Invalid phone,Trial mode,Do not contact,Consent,Duplicate,Frequency cap,Expired,Send time passed,Content,No price,Provider error,Undelivered,Canceled",
  );
  expect(HOLD_REASONS.join()).toBe(
    "Paused,Trial mode,List expired,Frequency cap,First part,Send time,Quiet hours,No sender,Warm-up,Inbox full,Rate limit,Budget,Carrier busy",
  );
});

test("each status in words", () => {
  expect(SEND_JOB_STATUSES.map((status) => describeStatus(status, "Undelivered"))).toEqual([
    "Waiting: undelivered",
    "Being sent to the carrier",
    "Outcome unknown: the carrier may have it, so it is not sent again automatically",
    "Awaiting delivery",
    "Delivered",
    "Not delivered",
    "Canceled",
  ]);
});
