import { holdImport, leaseImport, releaseImport } from "@smscrm/db/import-runs";
import { cancelImport } from "@smscrm/db/imports";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ImportFixture, openImportFixture } from "./import-fixture.ts";
import { readRows } from "./read-rows.ts";
import { runImport } from "./run-import.ts";
import { startImports } from "./start-imports.ts";
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

/** Twelve rows: a duplicate at the end of a number at the start, two that are refused, the rest new. */
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

/** Writes the first batches as a worker that is killed after them would, and lets its lease run out. */
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
    "after batch %i leaves an import that another ends with the same counts",
    async (n) => {
      const id = await bench.stage(FILE, { chunkBytes: 50 });
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

  test("in the middle of a batch leaves nothing of it", async () => {
    const id = await bench.stage(FILE);
    const file = await leaseImport(bench.pipeline, "dead");
    if (!file) throw new Error("nothing to lease");
    const rows = [];
    for await (const read of readRows(bench.pipeline, file)) rows.push(...read.rows);
    const batch = prepareBatch({ rows, bytesRead: 0, last: true }, file);
    await bench.pipeline.unsafe(
      "create function break_off() returns trigger language plpgsql as $$ begin raise exception 'cut'; end $$; create trigger cut before delete on import_chunks execute function break_off()",
    );
    await expect(writeBatch(bench.pipeline, "dead", file, file, batch)).rejects.toThrow("cut");
    await bench.pipeline.unsafe("drop trigger cut on import_chunks; drop function break_off()");
    expect(await bench.pipeline`select 1 from contacts`).toHaveLength(0);
    expect(await bench.result(id)).toMatchObject({ rowsDone: 0, status: "running" });
  });

  test("and comes back late writes nothing", async () => {
    const id = await bench.stage(FILE);
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
  test("an import whose worker lives is not taken, nor another of the same tenant", async () => {
    await bench.stage(FILE);
    await bench.stage(FILE);
    expect(await leaseImport(bench.pipeline, "one")).not.toBeNull();
    expect(await leaseImport(bench.pipeline, "two")).toBeNull();
  });

  test("another tenant's does not wait", async () => {
    await bench.stage(FILE);
    await bench.stage(FILE, {}, await bench.addTenant());
    expect(await leaseImport(bench.pipeline, "one")).not.toBeNull();
    expect(await leaseImport(bench.pipeline, "two")).not.toBeNull();
  });

  test("what is given back is taken at once", async () => {
    await bench.stage(FILE);
    const file = await leaseImport(bench.pipeline, "one");
    await releaseImport(bench.pipeline, file?.id ?? "", "one");
    expect((await leaseImport(bench.pipeline, "two"))?.id).toBe(file?.id);
  });
});

describe("stopping", () => {
  test("a canceled import takes no further batch and keeps what is in", async () => {
    const id = await bench.stage(FILE);
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

  test("a worker told to stop hands its import on, and the loop ends", async () => {
    const id = await bench.stage(FILE);
    const stop = new AbortController();
    const log = {
      info: (_: object, message: string) => message === "import ends" && stop.abort(),
      error: () => {},
    };
    await startImports({ pipeline: bench.pipeline, workerId: "loop", log: log as never, stop: stop.signal });
    expect(await bench.result(id)).toMatchObject(COUNTS);
    const second = await bench.stage(FILE);
    const file = await leaseImport(bench.pipeline, "loop");
    if (!file) throw new Error("nothing to lease");
    expect(
      await runImport({ pipeline: bench.pipeline, workerId: "loop", stop: AbortSignal.abort() }, file),
    ).toBe("stopped");
    expect(await bench.result(second)).toMatchObject({ rowsDone: 0, status: "running" });
  });
});

test("created + updated + unchanged + rejected = rows of the file, whatever the file, the batches and the kills", async () => {
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
        const id = await bench.stage(text, { chunkBytes });
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
