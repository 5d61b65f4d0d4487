import { holdImport, leaseImport, releaseImport } from "@smscrm/db/imports/import-runs";
import { cancelImport } from "@smscrm/db/imports/imports";
import { openPipeline } from "@smscrm/db/postgres/connection";
import { isConnectionFault } from "@smscrm/db/postgres/connection-faults";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepRunning } from "../loop.ts";
import { type ImportFixture, openImportFixture } from "../testing/import-fixture.ts";
import { importLoop } from "./import-loop.ts";
import { readRows } from "./read-rows.ts";
import { runImport } from "./run-import.ts";
import { prepareBatch, writeBatch } from "./write-batch.ts";

let bench: ImportFixture;
beforeAll(async () => {
  bench = await openImportFixture();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.pipeline`delete from contacts`;
  await bench.pipeline`delete from imports`;
});

/** Twelve rows: the last repeats the first row's number, two are refused, the rest are new. */
const FILE = [
  "Mobile,First name",
  "0491570006,first",
  "0491570156,B",
  "nonsense,C",
  "0491570157,D",
  "0491570158,E",
  "0491570159,F",
  "(02) 5550 1234,G",
  "0491570110,H",
  "0491570313,I",
  "0491570737,J",
  "0491571266,K",
  "+61491570006,again",
].join("\n");
const COUNTS = { rowsDone: 12, created: 9, updated: 0, unchanged: 0, rejected: 3, status: "completed" };

/** Writes the first batches like a worker that is then killed, and lets its lease expire. */
async function dieAfter(batches: number, rowsPerBatch: number): Promise<void> {
  const file = await leaseImport(bench.pipeline, "dead");
  if (!file) throw new Error("nothing to lease");
  const rows = [];
  for await (const read of readRows(bench.pipeline, file)) rows.push(...read.rows);
  let counts = file as Parameters<typeof writeBatch>[3];
  for (let n = 0; n < batches; n++) {
    const batch = { rows: rows.slice(n * rowsPerBatch, (n + 1) * rowsPerBatch), bytesRead: 0, last: false };
    counts = (await writeBatch(bench.pipeline, "dead", file, counts, prepareBatch(batch, file))) ?? counts;
  }
  await bench.pipeline`update imports set lease_until = now() - interval '1 second' where status = 'running'`;
}

describe("a worker that is killed", () => {
  test.each([0, 1, 2, 3, 4, 5, 6])(
    "after batch %i leaves an import that another worker completes with the same counts",
    async (n) => {
      const id = await bench.upload(FILE, { chunkBytes: 50 });
      await dieAfter(n, 2);
      expect((await bench.result(id)).rowsDone).toBe(2 * n);
      await bench.work({ workerId: "next", rowsPerBatch: 5 });
      expect(await bench.result(id)).toMatchObject(COUNTS);
      expect(await bench.pipeline`select 1 from contacts`).toHaveLength(9);
      expect(await bench.pipeline`select 1 from import_rejections`).toHaveLength(3);
      const notes = await bench.pipeline`select 1 from consents where evidence ->> 'importId' = ${id}`;
      expect(notes).toHaveLength(9);
      expect((await bench.contact("+61491570006"))?.first_name).toBe("first");
    },
  );

  test("during a batch leaves nothing of it", async () => {
    const id = await bench.upload(FILE);
    const file = await leaseImport(bench.pipeline, "dead");
    if (!file) throw new Error("nothing to lease");
    const rows = [];
    for await (const read of readRows(bench.pipeline, file)) rows.push(...read.rows);
    const batch = prepareBatch({ rows, bytesRead: 0, last: true }, file);
    await bench.owner.unsafe(
      "create function break_off() returns trigger language plpgsql as $$ begin raise exception 'cut'; end $$; create trigger cut before delete on import_chunks execute function break_off()",
    );
    await expect(writeBatch(bench.pipeline, "dead", file, file, batch)).rejects.toThrow("cut");
    await bench.owner.unsafe("drop trigger cut on import_chunks; drop function break_off()");
    expect(await bench.pipeline`select 1 from contacts`).toHaveLength(0);
    expect(await bench.result(id)).toMatchObject({ rowsDone: 0, status: "running" });
  });

  test("and returns late writes nothing", async () => {
    const id = await bench.upload(FILE);
    const late = await leaseImport(bench.pipeline, "late");
    await bench.pipeline`update imports set lease_until = now() - interval '1 second'`;
    await bench.work({ workerId: "next" });
    const stop = new AbortController().signal;
    if (!late) throw new Error("nothing to lease");
    expect(await runImport({ pipeline: bench.pipeline, workerId: "late", stop }, late)).toBe("lost");
    expect(await bench.result(id)).toMatchObject(COUNTS);
  });
});

describe("who may work on what", () => {
  test("an import whose worker lives is not leased, nor another one of the same tenant", async () => {
    await bench.upload(FILE);
    await bench.upload(FILE);
    expect(await leaseImport(bench.pipeline, "one")).not.toBeNull();
    expect(await leaseImport(bench.pipeline, "two")).toBeNull();
  });

  test("another tenant's import does not wait", async () => {
    await bench.upload(FILE);
    await bench.upload(FILE, {}, await bench.addTenant());
    expect(await leaseImport(bench.pipeline, "one")).not.toBeNull();
    expect(await leaseImport(bench.pipeline, "two")).not.toBeNull();
  });

  test("an import that was given back is leased at once", async () => {
    await bench.upload(FILE);
    const file = await leaseImport(bench.pipeline, "one");
    await releaseImport(bench.pipeline, file?.id ?? "", "one");
    expect((await leaseImport(bench.pipeline, "two"))?.id).toBe(file?.id);
  });
});

describe("stopping", () => {
  test("a canceled import takes no further batch and keeps what was imported", async () => {
    const id = await bench.upload(FILE);
    const file = await leaseImport(bench.pipeline, "one");
    if (!file) throw new Error("nothing to lease");
    const canceled = await bench.database.asTenant(bench.tenantId, (tx) =>
      cancelImport(tx, bench.tenantId, id),
    );
    expect(canceled).toBe(true);
    const stop = new AbortController().signal;
    expect(await runImport({ pipeline: bench.pipeline, workerId: "one", stop }, file)).toBe("lost");
    expect(await bench.result(id)).toMatchObject({ status: "canceled", created: 0 });
    expect(await bench.pipeline.begin((sql) => holdImport(sql, id, "one", 0))).toBe(false);
  });

  test("a database that is away counts as a failure of the loop, as in every other loop", async () => {
    const pipeline = openPipeline("postgres://nobody@127.0.0.1:9/none", { name: "away", max: 1 });
    const stop = new AbortController();
    const log = { info: () => {}, error: () => {} };
    const failed: string[] = [];
    const loop = importLoop({ pipeline, workerId: "loop", log: log as never, stop: stop.signal });
    await keepRunning(loop, stop.signal, log as never, (name, error) => {
      failed.push(`${name} ${isConnectionFault(error)}`);
      stop.abort();
    });
    expect(failed).toEqual(["import true"]);
    await pipeline.end({ timeout: 1 });
  });

  test("a worker told to stop hands its import on, and the loop ends", async () => {
    const id = await bench.upload(FILE);
    const stop = new AbortController();
    const log = {
      info: (_: object, message: string) => message === "import ends" && stop.abort(),
      error: () => {},
    };
    const options = { pipeline: bench.pipeline, workerId: "loop", log: log as never, stop: stop.signal };
    await keepRunning(importLoop(options), stop.signal, log as never);
    expect(await bench.result(id)).toMatchObject(COUNTS);
    const second = await bench.upload(FILE);
    const file = await leaseImport(bench.pipeline, "loop");
    if (!file) throw new Error("nothing to lease");
    expect(
      await runImport({ pipeline: bench.pipeline, workerId: "loop", stop: AbortSignal.abort() }, file),
    ).toBe("stopped");
    expect(await bench.result(second)).toMatchObject({ rowsDone: 0, status: "running" });
  });
});

test("created + updated + unchanged + rejected = rows of the file, for any file, batch size and number of kills", async () => {
  const phone = fc.integer({ min: 0, max: 40 }).map((n) => `04915700${String(n).padStart(2, "0")}`);
  const dirt = fc.constantFrom(
    "",
    "nonsense",
    "(02) 5550 1234",
    '0491570006,"open',
    "1,2,3,4",
    "4.9E+8",
    "\u0000",
    ",,",
  );
  const line = fc.oneof({ weight: 5, arbitrary: phone }, { weight: 2, arbitrary: dirt });
  const name = fc.constantFrom("", "Ann", '"two\nlines"', "Zoë", '"say ""hi"""');
  const file = fc.array(fc.tuple(line, name), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      file,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(4),
      fc.integer({ min: 3, max: 90 }),
      async (lines, size, kills, chunkBytes) => {
        await bench.pipeline`delete from contacts where random() < 0.5`;
        await bench.pipeline`delete from imports`;
        const text = `Mobile,Name,Note\n${lines.map((cells) => cells.join(",")).join("\n")}`;
        const id = await bench.upload(text, { chunkBytes });
        const [before] = await bench.pipeline`select count(*)::int as contacts from contacts`;
        await dieAfter(kills, size);
        await bench.work({ rowsPerBatch: size });
        const { created, updated, unchanged, rejected, rowsDone, rowsTotal, rejectedByReason } =
          await bench.result(id);
        expect(created + updated + unchanged + rejected).toBe(rowsDone);
        expect(rowsTotal).toBe(rowsDone);
        expect(Object.values(rejectedByReason).reduce((sum, count) => sum + count, 0)).toBe(rejected);
        const [after] = await bench.pipeline`
        select (select count(*) from contacts)::int as contacts,
          (select count(*) from contacts where last_import_id = ${id})::int as touched,
          (select count(*) from import_rejections where import_id = ${id})::int as kept`;
        expect(after).toEqual({
          contacts: before?.contacts + created,
          touched: created + updated + unchanged,
          kept: rejected,
        });
      },
    ),
    { numRuns: 40 },
  );
});
