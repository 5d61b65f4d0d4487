import { guessMapping, type ImportMapping } from "@smscrm/core/contact-import";
import { type Encoding, guessDelimiter, guessNewline, textDecoder } from "@smscrm/core/csv-encoding";
import { csvRows } from "@smscrm/core/csv-rows";
import { openPipeline, openTenantDatabase } from "@smscrm/db/connection";
import { leaseImport } from "@smscrm/db/import-runs";
import { addImportChunk, createImport, finishUpload } from "@smscrm/db/import-uploads";
import { findImport, queueImport } from "@smscrm/db/imports";
import { createTestDatabase } from "@smscrm/db/testing";
import { type ImportEnd, runImport } from "./run-import.ts";

export interface StagedFile {
  encoding?: Encoding;
  /** Bytes in each stored piece. */
  chunkBytes?: number;
  mapping?: ImportMapping;
  tags?: string[];
  consentBasis?: "express" | "inferred" | "transactional";
}

export type ImportFixture = Awaited<ReturnType<typeof openImportFixture>>;

/** A database with one Australian tenant, and the steps of an import for tests to take one by one. */
export async function openImportFixture() {
  const { url, drop } = await createTestDatabase();
  const pipeline = openPipeline(url, { name: "import tests", max: 4 });
  const database = openTenantDatabase(url, { name: "import tests", max: 2 });
  const tenantId = await addTenant();

  async function addTenant(): Promise<string> {
    const [row] = await pipeline<{ id: string }[]>`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
      values ('Acme', 'Australia/Sydney', 'AU', 10000, 100000) returning id`;
    return row?.id ?? "";
  }

  /** Stores a file as an upload does and starts its import. */
  async function stage(
    content: string | Uint8Array,
    file: StagedFile = {},
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

  /** Takes on the next import and runs it, as one worker would. */
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

  async function importText(content: string | Uint8Array, file: StagedFile = {}) {
    const id = await stage(content, file);
    await work();
    return result(id);
  }

  const contact = async (phone: string) =>
    (await pipeline`select * from contacts where phone_e164 = ${phone}`)[0];

  async function close(): Promise<void> {
    await pipeline.end({ timeout: 5 });
    await database.close();
    await drop();
  }

  return { pipeline, database, tenantId, url, addTenant, stage, work, result, importText, contact, close };
}
