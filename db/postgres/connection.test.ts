import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase } from "../testing/test-database.ts";
import { openPipeline, type Pipeline } from "./connection.ts";

const VICTIM = "victim";
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let admin: Pipeline;
const opened: Pipeline[] = [];
const open = (max: number) => {
  const sql = openPipeline(database.url, { name: VICTIM, max });
  opened.push(sql);
  return sql;
};
beforeEach(async () => {
  database = await createTestDatabase();
  admin = openPipeline(database.url, { name: "admin", max: 2 });
  await admin`create table one (id int primary key)`;
  await admin`create table other (id int primary key)`;
});
afterEach(async () => {
  await Promise.all([admin, ...opened.splice(0)].map((sql) => sql.end({ timeout: 2 })));
  await database.drop();
});
const cut = (share = 1) =>
  admin`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = ${VICTIM} and random() < ${share}`;

describe("connections that are cut", () => {
  test("nothing waits for ever, no transaction is half done, and successful ones are stored", async () => {
    const sql = open(12);
    const committed: number[] = [];
    let next = 0;
    let stopped = false;
    const work = async () => {
      while (!stopped) {
        next += 1;
        const id = next;
        try {
          await sql.begin(async (tx) => {
            await tx`insert into one values (${id})`;
            if (id % 3 === 0) await sleep(Math.random() * 15);
            await Promise.all([tx`select ${id}::text`, tx`insert into other values (${id})`]);
          });
          committed.push(id);
          await sql`select ${id}::int`;
        } catch {
          await sleep(5);
        }
      }
    };
    const all = Promise.all(Array.from({ length: 20 }, work));
    // At least thirty rounds, and more on a slow machine until enough work was cut off half-way.
    for (let round = 0; round < 30 || (committed.length < 200 && round < 400); round += 1) {
      await sleep(20 + Math.random() * 150);
      await cut(round % 2 ? 1 : 0.4);
    }
    stopped = true;
    const ended = await Promise.race([all.then(() => true), sleep(60_000, false)]);
    expect(ended).toBe(true);
    const halves = await admin`select id from one full join other using (id)
      where one.id is null or other.id is null`;
    expect([...halves]).toEqual([]);
    const kept = new Set((await admin<{ id: number }[]>`select id from one`).map((row) => row.id));
    expect(committed.filter((id) => !kept.has(id))).toEqual([]);
    expect(committed.length).toBeGreaterThan(0);
  }, 180_000);

  test("a transaction that lost its connection can't affect the next one", async () => {
    const sql = open(1);
    let goOn = () => {};
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let late: Promise<unknown> = Promise.resolve();
    const first = sql.begin(async (tx) => {
      await tx`insert into one values (1)`;
      await waiting;
      late = Promise.allSettled([tx`insert into one values (2)`, tx`rollback`]);
      await late;
    });
    first.catch(() => {});
    while ((await admin`select 1 from pg_locks where relation = 'one'::regclass`).length === 0)
      await sleep(5);
    await cut();
    await expect(first).rejects.toThrow();
    await sql.begin(async (tx) => {
      await tx`insert into other values (3)`;
      goOn();
      await sleep(50);
      await tx`insert into other values (4)`;
    });
    const refused = (await late) as PromiseSettledResult<unknown>[];
    expect(refused.map((each) => each.status)).toEqual(["rejected", "rejected"]);
    expect([...(await admin`select id from one`)]).toEqual([]);
    expect([...(await admin`select id from other order by id`)]).toEqual([{ id: 3 }, { id: 4 }]);
  });
});
