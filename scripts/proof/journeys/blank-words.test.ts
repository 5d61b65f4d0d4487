import { afterAll, beforeAll, expect, it } from "vitest";
import { callOverTrpc, type Session } from "../../demo/session.ts";
import { importFile } from "./import-file.ts";
import { type RunningProduct, runProduct } from "./product.ts";

let product: RunningProduct;
let session: Session;
beforeAll(async () => {
  product = await runProduct();
  session = await callOverTrpc(product.url, product.signIn);
}, 240_000);
afterAll(() => product?.stop(), 120_000);

/** Words for "no value" as public reports have them: see docs/what-people-bring.md. The last five are names. */
const FIRST_NAMES = [
  "NULL",
  "null",
  "N/A",
  "#N/A",
  "nil",
  "NIL",
  "-",
  "?",
  "<NULL>",
  "None",
  "",
  "\\N",
  "undefined",
];
const NAMED = ["Null", "Nil", "Mia", "None-Marie", "Zoë"];

it("words for nothing are blank merge fields in the preflight, and nobody is greeted with one", async () => {
  const { api } = session;
  const phone = (n: number) => `+6140188${String(3_000 + n)}`;
  const rows = [...FIRST_NAMES, ...NAMED].map((name, n) => `${phone(n)},"${name}"`);
  const importId = await importFile(session, "people.csv", `Mobile,First name\n${rows.join("\n")}\n`, [
    "blank",
  ]);
  await expect
    .poll(async () => (await api.imports.get.query({ id: importId })).status, { timeout: 60_000 })
    .toBe("completed");
  const campaign = {
    name: "Greeting",
    body: "Hi {{first_name}}, doors open at nine. Demo Store. Reply STOP to opt out",
    audience: { kind: "tags" as const, tags: ["blank"] },
    quietHours: null,
    smartEncoding: true,
    expiresAt: null,
  };
  const { id } = await api.campaigns.create.mutate(campaign);
  const preflight = await api.campaigns.preflight.query({ id });
  expect(preflight.missing).toEqual([{ field: "first_name", contacts: FIRST_NAMES.length }]);
  await api.campaigns.launch.mutate({ id, quietHoursOverrideReason: "The carrier is the simulator" });
  await expect
    .poll(async () => (await api.campaigns.progress.query({ id })).status, { timeout: 60_000 })
    .toBe("completed");
  const ledger = await fetch(new URL("/simulator/ledger?kind=create", product.simulatorUrl), {
    signal: AbortSignal.timeout(30_000),
  });
  const { entries } = (await ledger.json()) as { entries: { form: { Body: string } }[] };
  const greeted = entries.map(({ form }) => /^Hi (.*), doors/.exec(form.Body)?.[1] ?? form.Body);
  expect(greeted.sort()).toEqual([...NAMED].sort());
}, 180_000);
