import { expect, test } from "vitest";
import { describeStatus } from "./explain.ts";
import { DROP_REASONS, HOLD_REASONS, SEND_JOB_STATUSES, TERMINAL_STATUSES } from "./send-job.ts";

test("reasons are short phrases that group well, the same as ever", () => {
  expect(DROP_REASONS.join()).toBe(
    "Invalid phone,Do not contact,Consent,Duplicate,Frequency cap,Expired,Content,No price,Provider error,Undelivered,Canceled",
  );
  expect(HOLD_REASONS.join()).toBe(
    "Paused,Frequency cap,Quiet hours,No sender,Warm-up,Rate limit,Budget,Carrier busy",
  );
  expect(TERMINAL_STATUSES).toEqual(["delivered", "failed", "canceled"]);
});

test("each status in words", () => {
  expect(SEND_JOB_STATUSES.map((status) => describeStatus(status, "Undelivered"))).toEqual([
    "Waiting: undelivered",
    "Being handed to the carrier",
    "Outcome unknown: the carrier may have it, so it is not sent again by itself",
    "With the carrier, delivery not yet confirmed",
    "Delivered",
    "Not delivered",
    "Canceled",
  ]);
});
