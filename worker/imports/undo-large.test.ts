import { createHash } from "node:crypto";
import { queueUndo } from "@smscrm/db/changes/undo-runs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { undoLoop } from "../changes/undo-loop.ts";
import { type ImportFixture, openImportFixture } from "../testing/import-fixture.ts";

let bench: ImportFixture;
beforeAll(async () => {
  bench = await openImportFixture();
});
afterAll(() => bench.close());

const HEADER = "Mobile,First name,Last name,E-mail,Post code,State,Tags";
const rows = (from: number, to: number, name: string, more: string) =>
  Array.from({ length: to - from }, (_, nth) => {
    const at = from + nth;
    return `0401${String(at).padStart(6, "0")},${name},Last${at % 500},p${at}@example.com,${more}`;
  });
const file = (...parts: string[][]) => [HEADER, ...parts.flat()].join("\n");

/** All rows of all contacts as they are stored, and the counters and search parts that follow from them. */
async function digest() {
  const [contacts] = await bench.owner<{ rows: number; text: string }[]>`
    select count(*)::int as rows, coalesce(string_agg(c::text, E'\n' order by phone_e164), '') as text from contacts c`;
  const counters = await bench.owner`
    select tag, sum(contacts)::int as contacts from contact_counters group by tag having sum(contacts) <> 0 order by tag`;
  const parts = await bench.owner`select kind, part from contact_search_parts order by kind, part`;
  const hash = createHash("sha256").update(contacts!.text).digest("hex");
  return { rows: contacts!.rows, hash, counters: [...counters], parts: [...parts] };
}

test("an undo of an import of 100,000 rows restores every contact byte for byte", async () => {
  const { importText, database, tenantId, pipeline, result } = bench;
  await importText(file(rows(0, 50_000, "Ann", "2000,NSW,vip")), { tags: ["first"] });
  const before = await digest();
  // A quarter of the rows say the same, a quarter something else, half are new.
  const { id, ...counts } = await importText(
    file(
      rows(0, 25_000, "Ann", "2000,NSW,vip"),
      rows(25_000, 48_000, "Ann", "6000,WA,lapsed"),
      rows(48_000, 50_000, "Zoë", "6000,WA,lapsed"),
      rows(50_000, 100_000, "New", "3000,VIC,"),
    ),
    { tags: ["first"] },
  );
  expect(counts).toMatchObject({ created: 50_000, updated: 25_000, unchanged: 25_000, renamed: 2_000 });
  const order = { reason: "The wrong list", requestedBy: await memberId() };
  await database.asTenant(tenantId, (tx) => queueUndo(tx, tenantId, id, order));
  const log = { info: () => {}, error: () => {} };
  await undoLoop({ pipeline, workerId: "w", log, stop: new AbortController().signal } as never).run();
  expect(await result(id)).toMatchObject({
    undoStatus: "completed",
    undo: { restored: 50_000, removed: 50_000, kept: 0, consentsEnded: 100_000, done: 100_000 },
  });
  expect(await digest()).toEqual(before);
}, 400_000);

async function memberId(): Promise<string> {
  const [user] = await bench.owner<{ id: string }[]>`select id from users limit 1`;
  return user!.id;
}
