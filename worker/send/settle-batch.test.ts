import type { SendResult } from "@smscrm/core/send/submission-outcome";
import { expect, test } from "vitest";
import { SettleBatch } from "./settle-batch.ts";

const result = (attemptId: string): SendResult => ({
  attemptId,
  state: "unknown",
  submittedAt: new Date(),
  code: null,
  httpStatus: null,
});

test("while the database is away results wait in order, and each is written before its caller continues", async () => {
  const written: string[] = [];
  let failuresLeft = 2;
  const errors: unknown[] = [];
  const batch = new SettleBatch(
    async (results) => {
      if (failuresLeft-- > 0) throw new Error("away");
      written.push(...results.map((one) => one.attemptId));
    },
    (error) => errors.push(error),
  );
  const ids = Array.from({ length: 450 }, (_, at) => String(at));
  await Promise.all(ids.map((id) => batch.settle(result(id)).then(() => expect(written).toContain(id))));
  expect(written).toEqual(ids);
  expect(errors).toHaveLength(2);
});

test("many results take few statements, and every statement has a limit", async () => {
  const sizes: number[] = [];
  const batch = new SettleBatch(
    async (results) => void sizes.push(results.length),
    () => {},
  );
  await Promise.all(Array.from({ length: 1_000 }, (_, at) => batch.settle(result(String(at)))));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
  expect(sizes.length).toBeLessThanOrEqual(6);
});
