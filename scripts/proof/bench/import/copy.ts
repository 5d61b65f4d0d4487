import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import { inTime } from "../limit.ts";
import type { Sample } from "../rounds.ts";

/** All columns that an import writes on a contact, ids included, so that COPY need not create ids. */
const COLUMNS = `id, tenant_id, phone_e164, country, line_type, first_name, last_name, email, city, state, postcode, custom,
  tags, timezone, timezone_source, consent_basis, consent_at, consent_expires_at, invalid_reason, strikes, last_import_id,
  created_at, updated_at`;

/** The time limit of one COPY: a bench that hangs measures nothing. */
const COPY_LIMIT_MS = 120_000;

/**
 * Returns a database's contacts as COPY writes them: those of the warm-up, and the others, each in the file's order.
 * The server writes a file beside its data, because the driver's stream of a COPY can stall on Bun with megabytes
 * unread.
 */
export async function copiedOut(url: string, warmUp: number): Promise<{ warm: Buffer; rows: Buffer }> {
  const sql = postgres(url, { max: 1 });
  const out = async (which: string) => {
    const [row] = await sql<{ folder: string }[]>`select current_setting('data_directory') as folder`;
    const file = path.join(row!.folder, "bench-contacts.copy");
    const query = `copy (select ${COLUMNS} from contacts order by phone_e164 ${which}) to '${file}'`;
    await inTime(sql.unsafe(query), COPY_LIMIT_MS, "COPY of the contacts to a file");
    try {
      return readFileSync(file);
    } finally {
      rmSync(file, { force: true });
    }
  };
  try {
    return { warm: await out(`limit ${warmUp}`), rows: await out(`offset ${warmUp}`) };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Measures one COPY into the same table with the same indexes, as one transaction. */
export async function copyIn(
  url: string,
  { warm, rows }: { warm: Buffer; rows: Buffer },
  count: number,
): Promise<Sample> {
  const sql = postgres(url, { max: 1 });
  try {
    await inTime(write(sql, warm), COPY_LIMIT_MS, "COPY of the warm-up's contacts");
    const startedMs = performance.now();
    await inTime(write(sql, rows), COPY_LIMIT_MS, "COPY of the contacts into their table");
    const seconds = (performance.now() - startedMs) / 1_000;
    return { perSecond: count / seconds, seconds };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const PIECE = 64 * 1024;

async function write(sql: postgres.Sql, text: Buffer): Promise<void> {
  const stream = await sql.unsafe(`copy contacts (${COLUMNS}) from stdin`).writable();
  await new Promise<void>((resolve, reject) => {
    stream.once("finish", resolve).once("error", reject);
    let at = 0;
    const more = () => {
      while (at < text.length) {
        const goesOn = stream.write(text.subarray(at, at + PIECE));
        at += PIECE;
        if (!goesOn) return void stream.once("drain", more);
      }
      stream.end();
    };
    more();
  });
}
