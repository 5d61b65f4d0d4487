import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBulkFixture } from "../testing/bulk-fixture.ts";

/** SMSCRM_BULK_CONTACTS=100000 tries it with as many contacts. */
const CONTACTS = Number(process.env.SMSCRM_BULK_CONTACTS ?? 5_000);

let bench: Awaited<ReturnType<typeof openBulkFixture>>;
beforeAll(async () => {
  bench = await openBulkFixture();
});
afterAll(() => bench.close());

const CHANGES: BulkChange[] = [
  { do: "add-tag", tag: "new" },
  { do: "set-detail", detail: "state", value: "WA" },
  { do: "list" },
  { do: "delete" },
];

test(`undone bulk actions on ${CONTACTS.toLocaleString("en")} contacts restore all of them byte for byte`, async () => {
  const rows = Array.from({ length: CONTACTS }, (_, at) => {
    const mobile = `0401${String(at).padStart(6, "0")}`;
    return `${mobile},Ann${at % 900},Last${at % 500},p${at}@example.com,2000,NSW,vip`;
  });
  await bench.importText(["Mobile,First name,Last name,E-mail,Post code,State,Tags", ...rows].join("\n"));
  const before = await bench.digest();
  const ids: string[] = [];
  const timed = async (work: () => Promise<unknown>) => {
    const from = performance.now();
    await work();
    return `${Math.round(performance.now() - from)} ms`;
  };
  for (const change of CHANGES) {
    const took = await timed(async () => ids.push((await bench.done(change)).id));
    if (process.env.SMSCRM_BULK_CONTACTS) console.info(change.do, took);
  }
  expect(await bench.digest()).not.toEqual(before);
  for (const id of ids.reverse()) {
    const took = await timed(async () =>
      expect(await bench.undone(id)).toMatchObject({ restored: CONTACTS, kept: 0, done: CONTACTS }),
    );
    if (process.env.SMSCRM_BULK_CONTACTS) console.info("undo", took);
  }
  expect(await bench.digest()).toEqual(before);
}, 600_000);
