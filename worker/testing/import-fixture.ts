import { guessMapping, type ImportMapping } from "@smscrm/core/contacts/import-columns";
import { guessDelimiter, guessNewline, textDecoder } from "@smscrm/core/files/csv-encoding";
import { csvRows } from "@smscrm/core/files/csv-rows";
import type { Encoding } from "@smscrm/core/files/encoding-guess";
import { leaseImport } from "@smscrm/db/imports/import-runs";
import { addImportChunk, createImport, finishUpload } from "@smscrm/db/imports/import-uploads";
import { findImport, queueImport } from "@smscrm/db/imports/imports";
import { openPipeline, openTenantDatabase } from "@smscrm/db/postgres/connection";
import { createTestDatabase } from "@smscrm/db/testing/test-database";
import { type ImportEnd, runImport } from "../imports/run-import.ts";

export interface UploadedFile {
  encoding?: Encoding;
  /** Bytes in each stored piece. */
  chunkBytes?: number;
  mapping?: ImportMapping;
  tags?: string[];
  consentBasis?: "express" | "inferred" | "transactional";
}

export type ImportFixture = Awaited<ReturnType<typeof openImportFixture>>;

/** Opens a database with one Australian tenant, and gives tests the single steps of an import. */
export async function openImportFixture() {
  const { url, logins, drop } = await createTestDatabase();
  const pipeline = openPipeline(logins.DATABASE_WORKER_URL, { name: "import tests", max: 4 });
  const owner = openPipeline(url, { name: "import tests' owner", max: 1 });
  const database = openTenantDatabase(logins.DATABASE_API_URL, { name: "import tests", max: 2 });
  const tenantId = await addTenant();

  async function addTenant(): Promise<string> {
    const [row] = await pipeline<{ id: string }[]>`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
      values ('Acme', 'Australia/Sydney', 'AU', 10000, 100000) returning id`;
    return row?.id ?? "";
  }

  /** Stores a file as an upload does and starts its import. */
  async function upload(
    content: string | Uint8Array,
    file: UploadedFile = {},
    tenant = tenantId,
  ): Promise<string> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const { encoding = "utf-8", chunkBytes = 64 * 1024, tags = [], consentBasis = "express" } = file;
    const text = textDecoder(encoding)(bytes.slice(0, 1024 * 1024));
    const delimiter = guessDelimiter(text);
    const rows = csvRows({ delimiter, newline: guessNewline(text) }).take(text, true);
    const header = rows[0]?.cells ?? [];
    const sample = rows.slice(1, 21).map((row) => row.cells);
    const mapping = file.mapping ?? guessMapping(header, sample);
    const [user] = await pipeline<{ id: string }[]>`
      insert into users (name, email, password_hash) values ('Ann', ${`${crypto.randomUUID()}@example.com`}, 'x') returning id`;
    return database.asTenant(tenant, async (tx) => {
      const id = await createImport(tx, tenant, { fileName: "people.csv", createdBy: user?.id ?? "" });
      for (let at = 0, n = 0; at < bytes.length; at += chunkBytes, n++) {
        await addImportChunk(tx, tenant, id, n, bytes.slice(at, at + chunkBytes));
      }
      await finishUpload(tx, tenant, id, { sizeBytes: bytes.length, encoding, delimiter, header, sample });
      await queueImport(tx, tenant, id, {
        mapping,
        consentBasis,
        consentEvidence: "Asked at the counter",
        tags,
      });
      return id;
    });
  }

  /** Leases the next import and runs it, as one worker would. */
  async function work(
    options: { workerId?: string; rowsPerBatch?: number; stop?: AbortSignal } = {},
  ): Promise<ImportEnd> {
    const { workerId = "worker-1", rowsPerBatch, stop = new AbortController().signal } = options;
    const file = await leaseImport(pipeline, workerId);
    if (!file) throw new Error("there is no import to work on");
    return runImport({ pipeline, workerId, stop, rowsPerBatch }, file);
  }

  async function result(id: string, tenant = tenantId) {
    const record = await database.asTenant(tenant, (tx) => findImport(tx, tenant, id));
    if (!record) throw new Error("there is no such import");
    return record;
  }

  async function importText(content: string | Uint8Array, file: UploadedFile = {}) {
    const id = await upload(content, file);
    await work();
    return result(id);
  }

  const contact = async (phone: string) =>
    (await pipeline`select * from contacts where phone_e164 = ${phone}`)[0];

  async function close(): Promise<void> {
    await pipeline.end({ timeout: 5 });
    await database.close();
    await owner.end({ timeout: 5 });
    await drop();
  }

  return {
    pipeline,
    owner,
    database,
    tenantId,
    url,
    addTenant,
    upload,
    work,
    result,
    importText,
    contact,
    close,
  };
}
