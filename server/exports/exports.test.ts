import { createHash } from "node:crypto";
import { readXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workbookOf } from "../http/files/xlsx-file.ts";
import { sheetAsCsv } from "../imports/workbook.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let viewer: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  await addContacts(server.sql, tenantId, FICTION);
  await addContacts(server.sql, await createTenant(server.sql, "other"), ["+61491570199"]);
  await server.sql`
    update contacts set first_name = '=HYPERLINK("http://x")', tags = '{vip}', custom = '{"pet":"cat"}'
    where tenant_id = ${tenantId} and phone_e164 = ${FICTION[0]}`;
  await owner.mutate("fields.create", { label: "Pet", type: "text" });
  await owner.mutate("doNotContact.add", { phone: FICTION[1], note: "asked by letter" });
  await owner.mutate("campaigns.create", { ...DRAFT, name: "Spring" });
});
afterAll(() => server.close());

const take = (path: string, { cookie }: Caller = owner) => server.app.request(path, { headers: { cookie } });
const start = (asked: object, by = owner) => by.mutate<{ path: string }>("exports.start", asked);

async function csv(asked: object): Promise<string> {
  const { data } = await start(asked);
  const response = await take(data.path);
  expect(response.status).toBe(200);
  return response.text();
}

async function workbook(asked: object): Promise<unknown[][]> {
  const { data } = await start({ ...asked, format: "xlsx" });
  const response = await take(data.path);
  expect(response.headers.get("content-type")).toMatch(/spreadsheetml/);
  expect(response.headers.get("content-disposition")).toMatch(/\.xlsx"/);
  const { sheets } = await readXlsx(new Uint8Array(await response.arrayBuffer()));
  return sheets[0]!.rows;
}

describe("a list as a file", () => {
  it("has the contacts of the filter in force, with their fields, and nobody of another organisation", async () => {
    const everybody = (await csv({ list: "contacts" })).trimEnd().split("\r\n");
    expect(everybody).toHaveLength(1 + FICTION.length);
    expect(everybody[0]).toMatch(/^phone,first_name,.*,pet$/);
    expect(everybody.join()).not.toContain("+61491570199");
    const vips = (await csv({ list: "contacts", filter: { tag: "vip" } })).trimEnd().split("\r\n");
    expect(vips).toHaveLength(2);
    expect(vips[1]).toMatch(/^'\+.*cat$/);
    const found = await csv({ list: "contacts", filter: { search: FICTION[2], optedOut: false } });
    expect(found.trimEnd().split("\r\n")).toHaveLength(2);
    const out = await csv({ list: "contacts", filter: { optedOut: true } });
    expect(out).toContain(FICTION[1]);
  });

  it("keeps the + of a number in Excel, where no cell is a formula", async () => {
    const [header, row] = await workbook({ list: "contacts", filter: { tag: "vip" } });
    expect(header).toContain("first_name");
    expect(row).toContain(FICTION[0]);
    expect(row).toContain('=HYPERLINK("http://x")');
    const { data } = await start({ list: "contacts", format: "xlsx", filter: { tag: "vip" } });
    const bytes = new Uint8Array(await (await take(data.path)).arrayBuffer());
    let again = "";
    for await (const line of sheetAsCsv(bytes, "List")) again += line;
    expect(again).toContain(FICTION[0]);
  });

  it("exists of messages, conversations, do-not-contact, campaigns and imports", async () => {
    await server.sql`
      insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind)
      values (${tenantId}, 'SM1', ${FICTION[3]}, '+61491570159', 'When are you open?', 'none')`;
    expect(await csv({ list: "conversations" })).toContain("When are you open?");
    expect(await csv({ list: "do-not-contact", filter: { search: FICTION[1].slice(-6) } })).toContain(
      "asked by letter",
    );
    expect(await csv({ list: "campaigns", filter: { status: "draft" } })).toContain("Spring");
    expect(await csv({ list: "campaigns", filter: { status: "running" } })).not.toContain("Spring");
    expect(await csv({ list: "messages", filter: { search: "nobody has this name" } })).toMatch(
      /^phone,name,.*\r\n$/,
    );
    for (const list of ["messages", "conversations", "imports"])
      expect((await workbook({ list }))[0]).toBeDefined();
  });

  it("is refused to who may not take numbers out, and to an address that names none", async () => {
    expect(await start({ list: "contacts" }, viewer)).toMatchObject({ code: "FORBIDDEN" });
    expect((await take("/exports/contacts.csv", viewer)).status).toBe(403);
    expect((await server.app.request("/exports/contacts.csv")).status).toBe(401);
    for (const wrong of [
      "contacts.pdf",
      "secrets.csv",
      "contacts.csv?filter={",
      'contacts.csv?filter={"x":1}',
    ])
      expect((await take(`/exports/${wrong}`)).status).toBe(400);
  });

  it("is refused with a proof that is too old, and is in the audit log without the words of the search", async () => {
    const path = (await start({ list: "contacts", filter: { search: "Ann Onymous" } })).data.path;
    expect((await take(path)).status).toBe(200);
    const [entry] = await server.sql<{ detail: object }[]>`
      select detail from audit_log where tenant_id = ${tenantId} and action = 'list.export' order by id desc limit 1`;
    expect(entry!.detail).toEqual({ list: "contacts", format: "csv", searched: true });
    await server.sql`update sessions set proven_at = now() - interval '1 hour'`;
    expect((await take(path)).status).toBe(428);
  });
});

it("a workbook continues on a further sheet where Excel's ends, and cuts what Excel can't hold", async () => {
  async function* rows() {
    for (let n = 1; n < 1_048_577; n++) yield [n];
    yield ["x".repeat(40_000)];
  }
  const sizes: number[] = [];
  let held = 0;
  const hash = createHash("sha256");
  for await (const chunk of workbookOf(["n"], rows()) as unknown as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    held = Math.max(held, chunk.length);
    sizes.push(chunk.length);
  }
  expect(sizes.length).toBeGreaterThan(10);
  expect(held).toBeLessThan(1_000_000);
}, 120_000);
