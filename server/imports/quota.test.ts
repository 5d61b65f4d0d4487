import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";
import { createAuditTally } from "../users/audit-tally.ts";
import { type UploadLimits, uploadRoutes } from "./upload-routes.ts";

const FILE = `phone\n${"0491570006\n".repeat(90)}`;

let server: TestServer;
let operator: Caller;
let rival: Caller;

beforeEach(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme", ["operator"]);
  await createTenant(server.sql, "rival", ["operator"]);
  operator = await server.signIn("operator@acme.example.com");
  rival = await server.signIn("operator@rival.example.com");
});
afterEach(() => server.close());

/** The routes with other limits, so that a test needs no gigabytes. */
function routesWith(limits: Partial<UploadLimits>) {
  const routes = uploadRoutes(server.dependencies, createAuditTally(server.dependencies), limits);
  return async (body: NonNullable<RequestInit["body"]>, { cookie } = operator) => {
    const response = await routes.request("/uploads/imports?fileName=x.csv", {
      method: "POST",
      headers: { cookie, "content-type": "text/csv" },
      body,
      duplex: "half",
    } as RequestInit);
    const { error } = (await response.json()) as { error?: string };
    return { status: response.status, error };
  };
}

const kept = async () => (await server.sql`select 1 from imports`).length;

/** A file that ends when the test says so. */
function slowFile() {
  let finish = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(FILE));
      finish = () => controller.close();
    },
  });
  return { body, finish: () => finish() };
}

describe("an organisation's uploads", () => {
  it("have a limit of bytes in 24 hours: more is refused in a sentence, and leaves nothing behind", async () => {
    const upload = routesWith({ bytesPerDay: 2.5 * FILE.length });
    expect((await upload(FILE)).status).toBe(201);
    expect((await upload(FILE)).status).toBe(201);
    for (let nth = 0; nth < 2; nth++)
      expect(await upload(FILE)).toEqual({
        status: 429,
        error: expect.stringMatching(/^Your organisation may upload .* in 24 hours, and this would be more/),
      });
    expect(await kept()).toBe(2);
    expect((await upload(FILE, rival)).status).toBe(201);
    await server.sql`update imports set created_at = now() - interval '25 hours'`;
    expect((await upload(FILE)).status).toBe(201);
  });

  it("are counted once the file is whole, so that several at once get no further", async () => {
    const upload = routesWith({ bytesPerDay: 2.5 * FILE.length });
    const slow = Array.from({ length: 4 }, slowFile);
    const answers = slow.map(({ body }) => upload(body));
    await expect.poll(kept).toBe(4);
    for (const { finish } of slow) finish();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 201, 429, 429]);
    expect(await kept()).toBe(2);
  });

  it("have a limit at the same time, and another organisation has its own", async () => {
    const upload = routesWith({ openMax: 2 });
    const slow = Array.from({ length: 2 }, slowFile);
    const answers = slow.map(({ body }) => upload(body));
    await expect.poll(kept).toBe(2);
    expect(await upload(FILE)).toEqual({
      status: 429,
      error:
        "Your organisation is uploading 2 files already. Wait until one of them is done, then upload this one.",
    });
    expect((await upload(FILE, rival)).status).toBe(201);
    for (const { finish } of slow) finish();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 201]);
    expect((await upload(FILE)).status).toBe(201);
  });

  it("that broke off without a word keep nobody out for more than an hour", async () => {
    const upload = routesWith({ openMax: 1 });
    await server.sql`insert into imports (tenant_id, file_name, created_at)
      select id, 'dead.csv', now() - interval '61 minutes' from tenants where name = 'acme'`;
    expect((await upload(FILE)).status).toBe(201);
  });
});

describe("a file that is taken out", () => {
  const FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1+1", "\r\n=cmd|'/c calc'!A1"];

  it("holds no cell that a spreadsheet would run, in its headings either", async () => {
    const [file] = await server.sql<{ id: string }[]>`
      insert into imports (tenant_id, file_name, status, header, sample, encoding, delimiter, size_bytes)
      select id, 'people.csv', 'completed', ${server.sql.json(["phone", "\n=1+1"])}, ${server.sql.json([])}, 'UTF-8', ',', 10
      from tenants where name = 'acme' returning id`;
    for (const [at, cell] of FORMULAS.entries())
      await server.sql`insert into import_rejections (tenant_id, import_id, line, reason, row)
        select id, ${file!.id}, ${at + 2}, 'Invalid phone', ${server.sql.json(["+61491570006", cell])}
        from tenants where name = 'acme'`;
    const response = await server.app.request(`/imports/${file!.id}/rejections.csv`, {
      headers: { cookie: operator.cookie },
    });
    const text = await response.text();
    for (const cell of FORMULAS) expect(text).toContain(`'${cell}`);
    expect(text).toContain("'+61491570006");
    expect(text).toContain('"\'\n=1+1"');
  });

  it("can be imported again: numbers with their apostrophe are the same numbers", async () => {
    const answer = await server.app.request("/uploads/imports?fileName=again.csv", {
      method: "POST",
      headers: { cookie: operator.cookie, "content-type": "text/csv" },
      body: "phone,first_name\r\n'+61491570006,Mia\r\n",
    });
    const { id } = (await answer.json()) as { id: string };
    const mapping = { phone: 0, first_name: 1 };
    const preview = await operator.query("imports.preview", { id, mapping });
    expect(preview.status).toBe(200);
    expect(JSON.stringify(preview.data)).toContain('"+61491570006"');
  });
});
