import { expect, test } from "vitest";
import { createTestDatabase } from "../testing/test-database.ts";
import { openPipeline } from "./connection.ts";
import { blamesTheData, isConnectionFault, isDeadlock, isTooSlow, mayPass } from "./connection-faults.ts";

test("a server that is not there, and a connection that was cut, are faults of the connection", async () => {
  const nowhere = openPipeline("postgres://u:p@127.0.0.1:1/none", { name: "test", max: 1 });
  const refused = await nowhere`select 1`.catch((error: unknown) => error);
  expect(isConnectionFault(refused)).toBe(true);
  await nowhere.end({ timeout: 0 });

  const { url, drop } = await createTestDatabase();
  const sql = openPipeline(url, { name: "test", max: 2 });
  const wrong = await sql`select nonsense`.catch((error: unknown) => error);
  expect(isConnectionFault(wrong)).toBe(false);
  const cut = await sql
    .begin((tx) => tx`select pg_terminate_backend(pg_backend_pid())`)
    .catch((error: unknown) => error);
  expect(isConnectionFault(cut)).toBe(true);
  expect(isConnectionFault(new Error("a failed query", { cause: cut }))).toBe(true);
  expect(isConnectionFault("words")).toBe(false);
  await sql.end({ timeout: 5 });
  await drop();
});

const KINDS = { isConnectionFault, isTooSlow, isDeadlock, blamesTheData, mayPass };

test.each([
  ["57P01", ["isConnectionFault", "mayPass"]],
  ["57014", ["isTooSlow", "mayPass"]],
  ["55P03", ["isTooSlow", "mayPass"]],
  ["40P01", ["isDeadlock", "mayPass"]],
  ["22P05", ["blamesTheData"]],
  ["23505", ["blamesTheData"]],
  ["22", []],
  ["42501", []],
  ["EAI_AGAIN", ["isConnectionFault", "mayPass"]],
  ["ENOSPC", ["mayPass"]],
])("%s", (code, kinds) => {
  const plain = Object.assign(new Error("whatever it says"), { code });
  for (const error of [plain, new Error("a failed query", { cause: plain }), new AggregateError([plain])]) {
    const found = Object.entries(KINDS).filter(([, isKind]) => isKind(error));
    expect(found.map(([kind]) => kind)).toEqual(kinds);
  }
});
