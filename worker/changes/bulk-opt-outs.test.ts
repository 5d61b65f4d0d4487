import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { recordOptOuts } from "@smscrm/db/contacts/opt-outs";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBulkFixture } from "../testing/bulk-fixture.ts";

let bench: Awaited<ReturnType<typeof openBulkFixture>>;
beforeAll(async () => {
  bench = await openBulkFixture();
});
afterAll(() => bench.close());

const PEOPLE = ["+61491570006", "+61491570156", "+61491570157", "+61491570158"];
const local = (phone: string) => phone.replace("+61", "0");

const change = fc.constantFrom<BulkChange>(
  { do: "add-tag", tag: "new" },
  { do: "set-detail", detail: "state", value: "WA" },
  { do: "list" },
  { do: "unlist" },
  { do: "delete" },
);
const person = fc.constantFrom(...PEOPLE);
const deed = fc.oneof(
  fc.record({ kind: fc.constant("bulk" as const), change }),
  fc.record({ kind: fc.constant("undo" as const), nth: fc.nat(5) }),
  fc.record({ kind: fc.constantFrom("stop" as const, "import" as const, "erase" as const), person }),
);

test("no bulk action and no undo, in any order with STOPs, imports and erasures, lifts an opt-out or queues a text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 9 }), async (deeds) => {
      await bench.clear();
      const everyone = PEOPLE.map((phone) => `${local(phone)},Ann`);
      await bench.importText(["Mobile,First name", ...everyone].join("\n"));
      const actions: string[] = [];
      const [stopped, erased] = [new Set<string>(), new Set<string>()];
      for (const one of deeds) {
        if (one.kind === "bulk") actions.push((await bench.done(one.change)).id);
        else if (one.kind === "undo") {
          const id = actions[one.nth % Math.max(1, actions.length)];
          if (id && (await bench.askUndo(id))) await bench.workUndo(1);
        } else if (one.kind === "import")
          await bench.importText(`Mobile,First name\n${local(one.person)},Bea`);
        else if (one.kind === "erase") {
          erased.add(one.person);
          await erasePerson(bench.owner, {
            ...{ tenantId: bench.tenantId, phone: one.person, reason: "Asked", by: bench.by },
          });
        } else {
          if (!erased.has(one.person)) stopped.add(one.person);
          await bench.pipeline.begin((tx) =>
            recordOptOuts(tx, {
              source: "reply",
              people: [{ tenantId: bench.tenantId, phoneE164: one.person, note: "STOP", evidence: {} }],
            }),
          );
        }
        const listed = await bench.pipeline<
          { phone: string }[]
        >`select phone_e164 as phone from do_not_contact`;
        const contacts = await bench.pipeline<{ phone: string; basis: string }[]>`
          select phone_e164 as phone, consent_basis as basis from contacts`;
        for (const phone of stopped) {
          if (erased.has(phone)) continue;
          expect(listed.map((row) => row.phone)).toContain(phone);
          expect(contacts.filter((row) => row.phone === phone && row.basis !== "withdrawn")).toEqual([]);
        }
        expect(contacts.filter((row) => erased.has(row.phone))).toEqual([]);
        expect(await bench.pipeline`select 1 from send_jobs`).toHaveLength(0);
      }
    }),
    { numRuns: 15 },
  );
}, 240_000);
