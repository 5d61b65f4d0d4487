import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";
import { createAuditTally } from "../users/audit-tally.ts";
import { uploadRoutes } from "./upload-routes.ts";

let server: TestServer;
let tenantId: string;
let operator: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["operator", "viewer"]);
  await createTenant(server.sql, "rival", ["operator"]);
  operator = await server.signIn("operator@acme.example.com");
});
afterAll(() => server.close());
beforeEach(() => server.sql`delete from imports`);

type Body = Exclude<RequestInit["body"], null | undefined>;

async function upload(
  body: Body | null,
  { caller = operator, name = "people.csv", headers = {}, kind = "contacts" } = {},
) {
  const response = await server.app.request(
    `/uploads/imports?kind=${kind}&fileName=${encodeURIComponent(name)}`,
    {
      method: "POST",
      headers: { cookie: caller.cookie, "content-type": "text/csv", ...headers },
      body,
      duplex: "half",
    } as RequestInit,
  );
  return { status: response.status, ...((await response.json()) as { id?: string; error?: string }) };
}

const stored = async () => {
  const [row] =
    await server.sql`select (select count(*) from imports)::int as imports, (select count(*) from import_chunks)::int as chunks`;
  return row;
};
const NOTHING = { imports: 0, chunks: 0 };
const GOOD = "Mobile,First name\n0491 570 006,Zoë\n(02) 5550 1234,Bea\n";

describe("bad input gets a sentence that says what to do, and leaves nothing behind", () => {
  it.each<[string, Body | null, RegExp]>([
    ["an empty file", "", /is empty/],
    ["no body", null, /is empty/],
    ["blank lines only", "\n\n  \n", /only blank lines/],
    ["a PDF named .csv", "%PDF-1.7\n%\u00e2\u00e3", /a PDF.*CSV UTF-8/],
    ["a workbook named .csv", "PK\u0003\u0004\u0014\u0000", /Excel workbook.*CSV UTF-8/],
    ["bytes of a program", new Uint8Array(5000), /NUL bytes.*CSV UTF-8/],
    ["a NUL byte in the header", `Mobile,Na\u0000me${"\n0491570006,x".repeat(20)}`, /control characters/],
    ["a header only", "Mobile,First name\n", /no rows below it/],
    [
      "ten thousand columns",
      `${Array.from({ length: 10_000 }, (_, n) => `c${n}`).join(",")}\n1\n`,
      /10000 columns; at most 200/,
    ],
    ["two headers alike", "Mobile,Name,mobile\n0491570006,A,1\n", /Columns 1 and 3 are both called "mobile"/],
    ["no headings", "0491570006,Ann\n0491570156,Bea\n", /not headings/],
    [
      "an unclosed quote in the header",
      '"Mobile,Name\n0491570006,A\n',
      /quotation marks of the header don't match/,
    ],
    ["a megabyte without a line break", "x".repeat(1_500_000), /one contact per line/],
  ])("%s", async (_, body, sentence) => {
    const answer = await upload(body);
    expect(answer).toEqual({ status: 400, error: expect.stringMatching(sentence) });
    expect(await stored()).toEqual(NOTHING);
  });

  it.each(["application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])(
    "a body of type %s",
    async (type) => {
      const answer = await upload(GOOD, { headers: { "content-type": type } });
      expect(answer).toMatchObject({ status: 415, error: expect.stringMatching(/text\/csv/) });
    },
  );

  it.each(["people.xls", "people.zip", "people.csv.exe", "people", "page.html", "picture.svg"])(
    "a name that is no text file's: %s",
    async (name) => {
      const answer = await upload(GOOD, { name });
      expect(answer).toEqual({ status: 415, error: expect.stringMatching(/must end in .csv/) });
      expect(await stored()).toEqual(NOTHING);
    },
  );

  it("2 GB, by its announced length, before a byte of it is read", async () => {
    let asked = 0;
    const body = new ReadableStream({ pull: () => void asked++ }, { highWaterMark: 0 });
    const answer = await upload(body, { headers: { "content-length": String(2 * 1024 ** 3) } });
    expect(answer).toMatchObject({ status: 413, error: expect.stringMatching(/larger than 1 GB. Split it/) });
    expect([asked, await stored()]).toEqual([0, NOTHING]);
  });

  it("a stream without end is cut off at the limit and its pieces are removed", async () => {
    const piece = new TextEncoder().encode("0491570006,x\n".repeat(20_000));
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(piece) });
    const routes = uploadRoutes(server.dependencies, createAuditTally(server.dependencies), {
      fileBytesMax: 3 * 1024 ** 2,
    });
    const response = await routes.request("/uploads/imports?fileName=x.csv", {
      method: "POST",
      headers: { cookie: operator.cookie },
      body: endless,
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ error: expect.stringMatching(/larger than 3 MB/) });
    expect(await stored()).toEqual(NOTHING);
  });

  it("an upload that breaks off", async () => {
    const abort = new AbortController();
    let pieces = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        if (pieces++ < 3) controller.enqueue(new Uint8Array(600_000).fill(65));
        else {
          abort.abort();
          controller.error(new Error("gone"));
        }
      },
    });
    const request = new Request("https://texts.example.com/uploads/imports?fileName=x.csv", {
      method: "POST",
      headers: { cookie: operator.cookie },
      body,
      duplex: "half",
      signal: abort.signal,
    } as RequestInit);
    expect((await server.app.request(request)).status).toBe(400);
    expect(await stored()).toEqual(NOTHING);
  });
});

describe("who may upload", () => {
  it("not a stranger, a viewer or another site's page", async () => {
    expect((await upload(GOOD, { caller: server.caller() })).status).toBe(401);
    const viewer = await server.signIn("viewer@acme.example.com");
    expect((await upload(GOOD, { caller: viewer })).status).toBe(403);
    expect((await upload(GOOD, { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
    expect(await stored()).toEqual(NOTHING);
  });

  it("another tenant sees nothing of it", async () => {
    const { id } = await upload(GOOD);
    const rival = await server.signIn("operator@rival.example.com");
    for (const path of ["imports.get", "imports.rejections"]) {
      expect((await rival.query(path, { id })).status).toBe(404);
    }
    expect((await rival.query("imports.preview", { id, mapping: { phone: 0 } })).status).toBe(404);
    expect((await rival.mutate("imports.cancel", { id })).status).toBe(404);
    const download = await server.app.request(`/imports/${id}/rejections.csv`, {
      headers: { cookie: rival.cookie },
    });
    expect(download.status).toBe(404);
  });
});

describe("a file that can be read", () => {
  it("waits with its header, its first rows and a guessed mapping", async () => {
    const { status, id } = await upload(GOOD, { name: "C:\\lists\\my people.csv" });
    expect(status).toBe(201);
    expect((await operator.query("imports.get", { id })).data).toMatchObject({
      fileName: "my people.csv",
      status: "ready",
      encoding: "utf-8",
      delimiter: ",",
      header: ["Mobile", "First name"],
      sample: [
        ["0491 570 006", "Zoë"],
        ["(02) 5550 1234", "Bea"],
      ],
      guessedMapping: { phone: 0, first_name: 1 },
      mapping: null,
      rowsTotal: null,
      createdBy: "acme operator",
    });
  });

  it("is recognised in Windows-1252 by an accent after megabytes of plain text", async () => {
    const rows = "0491570006;plain\n".repeat(100_000);
    const { id } = await upload(Buffer.from(`Mobile;Name\n${rows}0491570156;Zo\u00eb\n`, "latin1"));
    expect((await operator.query("imports.get", { id })).data).toMatchObject({
      encoding: "windows-1252",
      delimiter: ";",
    });
  });

  it("is recognised in UTF-16 by its mark", async () => {
    const { id } = await upload(Buffer.from(`\ufeff${GOOD.replaceAll(",", "\t")}`, "utf16le"));
    const { data } = await operator.query<{ header: string[] }>("imports.get", { id });
    expect(data).toMatchObject({ encoding: "utf-16le", delimiter: "\t", header: ["Mobile", "First name"] });
  });

  it("is stored whole, in pieces of a megabyte", async () => {
    const bytes = Buffer.from(`Mobile,Note\n${"0491570006,abcdefghij\n".repeat(150_000)}`);
    const { id } = await upload(bytes);
    const chunks = await server.sql<
      { data: Uint8Array }[]
    >`select data from import_chunks where import_id = ${id!} order by sequence`;
    expect(chunks.slice(0, -1).every(({ data }) => data.length === 1024 * 1024)).toBe(true);
    expect(Buffer.concat(chunks.map(({ data }) => data)).equals(bytes)).toBe(true);
  });

  it("is previewed by the rules of the import itself", async () => {
    const { id } = await upload(`${GOOD}"0491570006","two\nlines"\n0491570156,"open\n0491570157,Cy\n`);
    const { data } = await operator.query<{ rows: object[] }>("imports.preview", {
      id,
      mapping: { phone: 0, first_name: 1 },
    });
    expect(data.rows).toMatchObject([
      { line: 2, contact: { phoneE164: "+61491570006", firstName: "Zoë" }, reason: null },
      { line: 3, contact: null, reason: "Landline" },
      { line: 4, contact: null, reason: "Duplicate in file" },
      { line: 6, contact: null, reason: "Unclosed quote" },
      { line: 7, contact: { firstName: "Cy" } },
    ]);
  });
});

describe("starting and canceling", () => {
  const order = {
    mapping: { phone: 0, first_name: 1 },
    consentBasis: "express",
    consentEvidence: "Signed up at the counter",
    tags: ["may"],
  };

  it("starts once, with the given consent, and is audited", async () => {
    const { id } = await upload(GOOD);
    const answers = await Promise.all([1, 2].map(() => operator.mutate("imports.start", { id, ...order })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await operator.query("imports.get", { id })).data).toMatchObject({ status: "queued", ...order });
    const notes =
      await server.sql`select detail from audit_log where action = 'import.start' and object_id = ${id!}`;
    expect(notes).toHaveLength(1);
    expect(notes[0]?.detail).toMatchObject({
      consentBasis: "express",
      consentEvidence: "Signed up at the counter",
    });
  });

  it.each([
    [{ consentBasis: "unknown" }, /consentBasis/],
    [{ consentEvidence: " " }, /consentEvidence/],
    [{ mapping: {} }, /phone number/],
    [{ mapping: { phone: 7 } }, /2 columns/],
  ])("refuses %j", async (wrong, sentence) => {
    const { id } = await upload(GOOD);
    const answer = await operator.mutate("imports.start", { id, ...order, ...wrong });
    expect(answer).toMatchObject({ status: 400, message: expect.stringMatching(sentence) });
    expect((await operator.query("imports.get", { id })).data).toMatchObject({ status: "ready" });
  });

  it("cancels an import that has not ended, and frees its bytes", async () => {
    const { id } = await upload(GOOD);
    expect((await operator.mutate("imports.cancel", { id })).status).toBe(200);
    expect(await stored()).toEqual({ imports: 1, chunks: 0 });
    expect((await operator.mutate("imports.cancel", { id })).status).toBe(409);
    expect((await operator.mutate("imports.start", { id, ...order })).status).toBe(409);
    expect((await operator.query("imports.preview", { id, mapping: { phone: 0 } })).status).toBe(409);
  });

  it("lists the newest first", async () => {
    for (const name of ["a.csv", "b.csv", "c.csv"]) await upload(GOOD, { name });
    const first = await operator.query<{ items: { fileName: string }[]; nextCursor: string }>(
      "imports.list",
      { limit: 2 },
    );
    expect(first.data.items.map(({ fileName }) => fileName)).toEqual(["c.csv", "b.csv"]);
    const second = await operator.query("imports.list", { limit: 2, cursor: first.data.nextCursor });
    expect(second.data).toMatchObject({ items: [{ fileName: "a.csv" }], nextCursor: null });
  });
});

describe("columns that may say who opted out", () => {
  const FILE =
    "Mobile,Status,Accepts Email Marketing,Remarks\n" +
    "0491570006,active,no,\n0491570156,Unsubscribed,yes,\n0491570157,VIP,no,do not contact\n0491570158,,no,\n";
  const order = { consentBasis: "express", consentEvidence: "Signed up at the counter", tags: [] };
  const status = { column: 1, kind: "status" };

  it("are guessed and counted over the whole file, with the values that are not understood first", async () => {
    const { id } = await upload(FILE);
    const { data } = await operator.query<{ guessedMapping: object; likelyOptOuts: number[] }>(
      "imports.get",
      { id },
    );
    expect(data.guessedMapping).toEqual({ phone: 0, consent: [status, { column: 3, kind: "status" }] });
    expect(data.likelyOptOuts).toEqual([1, 3]);
    const scan = await operator.query("imports.consent", { id, mapping: { phone: 0, consent: [status] } });
    expect(scan.data).toEqual({
      rows: 4,
      whole: true,
      verdicts: { in: 1, none: 1, unclear: 1, out: 1 },
      columns: [
        {
          column: 1,
          valuesInAll: 4,
          values: [
            { key: "vip", value: "VIP", rows: 1, verdict: "unclear" },
            { key: "", value: "", rows: 1, verdict: "none" },
            { key: "unsubscribed", value: "Unsubscribed", rows: 1, verdict: "out" },
            { key: "active", value: "active", rows: 1, verdict: "in" },
          ],
        },
      ],
      unread: [{ column: 3, value: "do not contact", rows: 1 }],
    });
  });

  it("are previewed as the import will read them, with the operator's answers", async () => {
    const { id } = await upload(FILE);
    const consent = [{ ...status, answers: { vip: "in", unsubscribed: "in" } }];
    const { data } = await operator.query<{ rows: object[] }>("imports.preview", {
      id,
      mapping: { phone: 0, consent, ignored: [3] },
    });
    expect(data.rows).toMatchObject([
      { phone: "+61491570006", optedOut: null },
      { phone: "+61491570156", optedOut: 'Status: "Unsubscribed"' },
      { phone: "+61491570157", optedOut: null },
      { phone: null, reason: "No consent" },
    ]);
  });

  it("can't be skipped without confirmation, and the audit log records who confirmed", async () => {
    const { id } = await upload(FILE);
    const refused = await operator.mutate("imports.start", { id, ...order, mapping: { phone: 0 } });
    expect(refused).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^"Status" and "Remarks" may say who opted out/),
    });
    const custom = await operator.mutate("imports.start", {
      ...{ id, ...order, mapping: { phone: 0, custom: { Status: 1 }, ignored: [3] } },
    });
    expect(custom).toMatchObject({ status: 400, message: expect.stringMatching(/^"Status" may say/) });
    const mapping = { phone: 0, ignored: [1, 3] };
    expect((await operator.mutate("imports.start", { id, ...order, mapping })).status).toBe(200);
    const [entry] = await server.sql`
      select detail from audit_log where action = 'import.start' and object_id = ${id!}`;
    expect(entry?.detail).toMatchObject({ notOptOuts: ["Status", "Remarks"] });
  });
});

describe("a list of opt-outs", () => {
  const list = (text: string) => upload(text, { kind: "opt-outs" });

  it.each([
    ["0491 570 006\n+61491570156\n", false, ["Column 1"], 2],
    ["4.9E+8\n+61491570156\n", false, ["Column 1"], 2],
    ["Phone\n0491 570 006\n", true, ["Phone"], 1],
  ])("%j: its first row is a heading or a number", async (text, hasHeader, header, rows) => {
    const { id, status } = await list(text);
    expect(status).toBe(201);
    const { data } = await operator.query<{ sample: unknown[] }>("imports.get", { id });
    expect(data).toMatchObject({ kind: "opt-outs", hasHeader, header, guessedMapping: { phone: 0 } });
    expect(data.sample).toHaveLength(rows);
  });

  it("previews numbers of every line type, and refuses an ambiguous number", async () => {
    const { id } = await list("(02) 5550 1234\n21000000.00\n0491570006,x,y\n");
    const { data } = await operator.query<{ rows: object[] }>("imports.preview", {
      id,
      mapping: { phone: 0 },
    });
    expect(data.rows).toMatchObject([
      { line: 1, phone: "+61255501234" },
      { line: 2, phone: null, reason: "Not valid in its country" },
      { line: 3, phone: "+61491570006" },
    ]);
  });

  it("starts once, only as a list of opt-outs, with its reason in the audit log", async () => {
    const { id } = await list("0491 570 006\n");
    const order = { id, mapping: { phone: 0 }, note: "Opt-outs of our last provider" };
    const asContacts = { ...order, consentBasis: "express", consentEvidence: "They asked" };
    expect((await operator.mutate("imports.start", asContacts)).status).toBe(400);
    const viewer = await server.signIn("viewer@acme.example.com");
    expect((await viewer.mutate("imports.startOptOuts", order)).status).toBe(403);
    const rival = await server.signIn("operator@rival.example.com");
    expect((await rival.mutate("imports.startOptOuts", order)).status).toBe(404);
    expect((await operator.mutate("imports.startOptOuts", order)).status).toBe(200);
    expect((await operator.mutate("imports.startOptOuts", order)).status).toBe(409);
    const entries = await server.sql`
      select detail from audit_log where action = 'do-not-contact.import' and object_id = ${id!}`;
    expect(entries.map(({ detail }) => detail)).toEqual([{ fileName: "people.csv", note: order.note }]);
    const { id: contacts } = await upload(GOOD);
    expect((await operator.mutate("imports.startOptOuts", { ...order, id: contacts })).status).toBe(400);
  });
});

describe("how a file is read", () => {
  interface View {
    encoding: string;
    delimiter: string;
    header: string[];
    sample: string[][];
    layout: { encodingConfidence?: string; linesAbove?: number };
  }
  const viewOf = async (id: string) => (await operator.query<View>("imports.get", { id })).data!;
  const bytes = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

  it("is guessed with a confidence, shown with a sample, and changed by a person", async () => {
    const { id } = await upload(
      bytes("Kontakte\nVorname;Mobil\nJ\x9frgen;0491570006\nM\x9fller;0491570156\n"),
    );
    const guessed = await viewOf(id!);
    expect(guessed).toMatchObject({
      delimiter: ";",
      layout: { encodingConfidence: "unsure", linesAbove: 1 },
    });
    expect(guessed.sample[0]![0]).not.toBe("Jürgen");
    expect((await operator.mutate("imports.readAs", { id, encoding: "macintosh" })).status).toBe(200);
    expect(await viewOf(id!)).toMatchObject({
      encoding: "macintosh",
      header: ["Vorname", "Mobil"],
      sample: [
        ["Jürgen", "0491570006"],
        ["Müller", "0491570156"],
      ],
      layout: { linesAbove: 1 },
    });
    const other = await operator.mutate("imports.readAs", { id, linesAbove: 0, delimiter: "," });
    expect(other.status).toBe(200);
    expect(await viewOf(id!)).toMatchObject({ encoding: "macintosh", header: ["Kontakte"] });
    const wrong = await operator.mutate("imports.readAs", { id, linesAbove: 2, delimiter: ";" });
    expect(wrong.message).toMatch(/not headings|phone number/);
  });

  it.each<[string, Uint8Array | string, string[][]]>([
    ["a sep= line", "sep=;\r\nPhone;First name\r\n0491 570 006;Mia\r\n", [["0491 570 006", "Mia"]]],
    ["CR CR LF", '"Phone","First name"\r\r\n"0491570006","Mia"\r\r\n', [["0491570006", "Mia"]]],
    ["whole lines in quotes", '"Phone,First name"\r\n"0491570006,Mia"\r\n', [["0491570006", "Mia"]]],
    [
      "a title",
      "Report\n\nPhone,First name\n0491570006,Mia\n0491570156,Noah\nTotal: 2,\n",
      [["0491570006", "Mia"]],
    ],
    ["Windows-1251", bytes("Phone;First name\n0491570006;\xcc\xe0\xf0\xe8\xff\n"), [["0491570006", "Мария"]]],
    [
      "UTF-16 without its mark",
      Uint8Array.from(
        [..."Phone\tFirst name\r\n0491570006\tMia\r\n"].flatMap((sign) => [sign.charCodeAt(0), 0]),
      ),
      [["0491570006", "Mia"]],
    ],
  ])("%s", async (_, body, [first]) => {
    const { id, error } = await upload(body as Body);
    expect(error).toBeUndefined();
    const { header, sample } = await viewOf(id!);
    expect([header, sample[0]]).toEqual([["Phone", "First name"], first]);
  });

  it("can't be changed once the import has started", async () => {
    const { id } = await upload(GOOD);
    await server.sql`update imports set status = 'queued' where id = ${id!}`;
    expect((await operator.mutate("imports.readAs", { id, delimiter: ";" })).status).toBe(409);
  });
});

describe("rejected rows", () => {
  async function rejected(count: number) {
    const { id } = await upload("Mobile,Name,Note\n0491570006,A,b\n");
    await server.sql`
      insert into import_rejections (tenant_id, import_id, line, reason, detail, row)
      select ${tenantId}, ${id!}, n + 1, 'Landline', 'It is a landline.', jsonb_build_array('+612' || n, '=1+1', E'say "hi",\nthere')
      from generate_series(1, ${count}) n`;
    return id!;
  }

  it("come in pages", async () => {
    const id = await rejected(3);
    const page = await operator.query<{ items: { line: number }[]; nextCursor: string }>(
      "imports.rejections",
      { id, limit: 2 },
    );
    expect(page.data).toMatchObject({ items: [{ line: 2 }, { line: 3 }], nextCursor: "3" });
    expect((await operator.query("imports.rejections", { id, cursor: "3" })).data).toMatchObject({
      items: [{ line: 4 }],
      nextCursor: null,
    });
  });

  it("come as one CSV file in which no cell is a formula", async () => {
    const id = await rejected(1200);
    const response = await server.app.request(`/imports/${id}/rejections.csv`, {
      headers: { cookie: operator.cookie },
    });
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
    const lines = text.split("\r\n");
    expect(lines[0]).toBe("\ufeffline,reason,detail,Mobile,Name,Note");
    expect(lines[1]).toBe(`2,Landline,It is a landline.,'+6121,'=1+1,"say ""hi"",\nthere"`);
    expect(lines).toHaveLength(1 + 1200 + 1);
  });
});

describe("live progress", () => {
  it("sends the import at once, then each change, and ends with it", async () => {
    const { id } = await upload(GOOD);
    const input = encodeURIComponent(JSON.stringify({ id }));
    const response = await server.app.request(`/trpc/imports.live?input=${input}`, {
      headers: { cookie: operator.cookie },
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let seen = "";
    const until = async (part: string) => {
      while (!seen.includes(part)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended before ${part}`);
        seen += value;
      }
    };
    await until('"status":"ready"');
    await server.sql`update imports set status = 'running', rows_done = 1 where id = ${id!}`;
    await until('"rowsDone":1');
    await server.sql`update imports set status = 'completed', rows_done = 2 where id = ${id!}`;
    await until('"status":"completed"');
    while (!(await reader.read()).done);
  });
});

describe("an import that waits for answers", () => {
  const answered = {
    ...{ header: ["Mobile", "First name"], roles: ["phone", ""], basis: "inferred", evidence: "Shop till" },
    ...{ terms: { givenOn: "2026-01-02" }, tags: "vip", answers: {}, ignored: [1], phoneRule: "first" },
  };

  it("keeps what was answered so far, for teammates too, until it is started", async () => {
    const { id } = await upload(GOOD);
    const kept = (caller: Caller) => caller.mutate("imports.keepChoices", { id, choices: answered });
    expect((await kept(operator)).data).toEqual({ kept: true });
    const viewer = await server.signIn("viewer@acme.example.com");
    expect((await viewer.query("imports.get", { id })).data).toMatchObject({ choices: answered });
    expect((await kept(viewer)).code).toBe("FORBIDDEN");
    expect((await kept(await server.signIn("operator@rival.example.com"))).code).toBe("NOT_FOUND");
    await server.sql`update imports set status = 'running' where id = ${id!}`;
    expect((await kept(operator)).data).toEqual({ kept: false });
  });

  it("is on Home", async () => {
    const waiting = async () => (await operator.query<{ imports: object }>("home.summary")).data.imports;
    expect(await waiting()).toEqual({ count: 0, newestId: null });
    await upload(GOOD);
    const { id } = await upload(GOOD);
    expect(await waiting()).toEqual({ count: 2, newestId: id });
    await server.sql`update imports set status = 'completed' where id = ${id!}`;
    expect(await waiting()).toMatchObject({ count: 1 });
  });
});
