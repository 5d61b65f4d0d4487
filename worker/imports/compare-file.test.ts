import { listChanges } from "@smscrm/db/changes/change-log";
import { leaseDiff, queueDiff, sweepDiffs } from "@smscrm/db/imports/diff-runs";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ImportFixture, openImportFixture } from "../testing/import-fixture.ts";
import { compareFile } from "./compare-file.ts";
import { compareLoop } from "./compare-loop.ts";

let bench: ImportFixture;
beforeAll(async () => {
  bench = await openImportFixture();
});
afterAll(() => bench.close());
beforeEach(wipe);

async function wipe() {
  for (const table of ["contacts", "do_not_contact", "imports", "contact_changes", "import_diffs"])
    await bench.owner.unsafe(`delete from ${table}`);
  await bench.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from consents`;
  });
}

const MAPPING = {
  ...{ phone: 0, first_name: 1, city: 2 },
  ...{ consent: [{ column: 3, kind: "opted_out" as const }], custom: { Pet: 4 } },
};
const ORDER = {
  mapping: MAPPING,
  consentBasis: "express" as const,
  consentEvidence: "Asked at the counter",
  tags: ["may"],
};
const file = (rows: readonly string[]) => ["Mobile,First name,City,Opted out,Pet", ...rows].join("\n");
const log = { info: () => {}, error: () => {} };
const quiet = new AbortController().signal;

/** Uploads a file that waits for its answers. */
async function uploaded(rows: readonly string[]): Promise<string> {
  const id = await bench.upload(file(rows), { mapping: MAPPING, tags: ["may"] });
  await bench.pipeline`update imports set status = 'ready' where id = ${id}`;
  return id;
}

const ask = (id: string, order: typeof ORDER = ORDER) =>
  bench.database.asTenant(bench.tenantId, (tx) => queueDiff(tx, bench.tenantId, id, { order, fields: [] }));

async function compared(id: string, rowsMax?: number): Promise<Awaited<ReturnType<typeof compareFile>>> {
  const leased = (await leaseDiff(bench.pipeline, "w"))!;
  expect(leased.id).toBe(id);
  return compareFile(
    { pipeline: bench.pipeline, workerId: "w", stop: quiet, ...(rowsMax && { rowsMax }) },
    leased,
  );
}

async function started(id: string) {
  await bench.pipeline`update imports set status = 'queued' where id = ${id}`;
  await bench.work();
  return bench.result(id);
}

const changes = async (id: string, of: "renamed" | "changed" | "wouldRename" | "wouldChange") =>
  (
    await bench.database.asTenant(bench.tenantId, (tx) =>
      listChanges(tx, bench.tenantId, id, { of, limit: 100 }),
    )
  ).items;

const COUNTS = [
  "created",
  "updated",
  "renamed",
  "unchanged",
  "rejected",
  "keptOptedOut",
  "optedOut",
  "rowsDone",
] as const;
const countsOf = (of: Partial<Record<(typeof COUNTS)[number], number>>) =>
  COUNTS.map((name) => [name, of[name]]);

describe("the comparison before an import", () => {
  test("says who would be renamed and what else would change, and writes no contact", async () => {
    const first = await uploaded(["0491570006,Ann,Perth,,cat", "0491570156,Bob,,,"]);
    await started(first);
    const before = await bench.owner`select c::text as row from contacts c order by 1`;
    const id = await uploaded([
      "0491570006,Anna,Perth,,dog",
      "0491570156,,Hobart,,",
      "0491570157,Cy,,,",
      "x,,,,",
      "0491570157,Cy,,,",
    ]);
    expect(await ask(id)).toBe(true);
    expect(await compared(id)).toBe("completed");
    const { diff } = await bench.result(id);
    expect(diff).toMatchObject({
      ...{
        status: "completed",
        created: 1,
        updated: 2,
        renamed: 1,
        unchanged: 0,
        rejected: 2,
        rowsDone: 5,
        isWhole: true,
      },
      rejectedByReason: { "Duplicate in file": 1 },
    });
    expect(await changes(id, "wouldRename")).toMatchObject([
      {
        phone: "+61491570006",
        before: { first_name: "Ann", custom: { pet: "cat" } },
        after: { first_name: "Anna", custom: { pet: "dog" } },
      },
    ]);
    expect(await changes(id, "wouldChange")).toMatchObject([
      { phone: "+61491570156", after: { city: "Hobart" } },
    ]);
    expect([...(await bench.owner`select c::text as row from contacts c order by 1`)]).toEqual([...before]);
    expect(await bench.owner`select 1 from consents`).toHaveLength(2);
  });

  test("is replaced by one of other answers, and ends when the import begins", async () => {
    const id = await uploaded(["0491570006,Ann,,,"]);
    await ask(id);
    const options = { pipeline: bench.pipeline, workerId: "w", stop: quiet };
    const old = (await leaseDiff(bench.pipeline, "w"))!;
    await ask(id, { ...ORDER, tags: ["june"] });
    expect(await compareFile(options, old)).toBe("lost");
    const fresh = (await leaseDiff(bench.pipeline, "w"))!;
    expect(fresh.tags).toEqual(["june"]);
    await bench.pipeline`update imports set status = 'queued' where id = ${id}`;
    expect(await compareFile(options, fresh)).toBe("lost");
    expect(await ask(id)).toBe(false);
    await sweepDiffs(bench.pipeline);
    expect(await bench.owner`select 1 from import_diffs`).toHaveLength(0);
  });

  test("begins again after a killed worker, and lists nobody twice", async () => {
    await started(await uploaded(["0491570006,Ann,,,"]));
    const id = await uploaded(["0491570006,Anna,,,"]);
    await ask(id);
    expect(await compared(id)).toBe("completed");
    await bench.pipeline`update import_diffs set status = 'running', lease_until = now() - interval '1 second'`;
    await compareLoop({ pipeline: bench.pipeline, workerId: "next", log, stop: quiet }).run();
    expect((await bench.result(id)).diff).toMatchObject({ status: "completed", renamed: 1, rowsDone: 1 });
    expect(await changes(id, "wouldRename")).toHaveLength(1);
  });

  test("compares the first rows of a very large file, and says so", async () => {
    const id = await uploaded(
      Array.from({ length: 4_100 }, (_, at) => `0401${String(at).padStart(6, "0")},A,,,`),
    );
    await ask(id);
    expect(await compared(id, 2_000)).toBe("completed");
    expect((await bench.result(id)).diff).toMatchObject({ isWhole: false, rowsDone: 2_000, created: 2_000 });
  });
});

test("foretells the counts and the changes of the import, for any files and opt-outs", async () => {
  const row = fc
    .record({
      phone: fc.constantFrom("0491570006", "0491570156", "0491570157", "0491570158", "nonsense"),
      name: fc.constantFrom("", "Ann", "Bob"),
      city: fc.constantFrom("", "Perth"),
      out: fc.constantFrom("", "", "", "yes", "no"),
      pet: fc.constantFrom("", "cat", "dog"),
    })
    .map(({ phone, name, city, out, pet }) => [phone, name, city, out, pet].join(","));
  const rows = fc.array(row, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(rows, rows, fc.boolean(), async (first, second, isListed) => {
      await wipe();
      await started(await uploaded(first));
      if (isListed)
        await bench.pipeline`insert into do_not_contact (tenant_id, phone_e164) values (${bench.tenantId}, '+61491570157') on conflict do nothing`;
      const id = await uploaded(second);
      await ask(id);
      expect(await compared(id)).toBe("completed");
      const { diff } = await bench.result(id);
      const would = { renamed: await changes(id, "wouldRename"), changed: await changes(id, "wouldChange") };
      const done = await started(id);
      const { optedOut: _, ...foretold } = diff!;
      const { optedOut: __, ...result } = done;
      expect(countsOf(foretold)).toEqual(countsOf(result));
      expect(foretold.rejectedByReason).toEqual(done.rejectedByReason);
      const personal = ({ before, after, contactId }: (typeof would.renamed)[number]) => ({
        ...{ contactId, name: [before.first_name, after.first_name], city: [before.city, after.city] },
        ...{ custom: [before.custom, after.custom], tags: [before.tags, after.tags] },
      });
      for (const of of ["renamed", "changed"] as const)
        expect(would[of].map(personal)).toEqual((await changes(id, of)).map(personal));
    }),
    { numRuns: 60 },
  );
}, 240_000);
