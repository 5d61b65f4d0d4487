import postgres from "postgres";
import type { Sample } from "../rounds.ts";

/** All that an import writes on a contact, ids included: COPY needn't make one up for each row. */
const COLUMNS = `id, tenant_id, phone_e164, country, line_type, first_name, last_name, email, city, state, postcode, custom,
  tags, timezone, timezone_source, consent_basis, consent_at, consent_expires_at, invalid_reason, strikes, last_import_id,
  created_at, updated_at`;

/** The contacts of a database as COPY writes them: those of the warm-up, and the others, each in the file's order. */
export async function copiedOut(url: string, warmUp: number): Promise<{ warm: Buffer; rows: Buffer }> {
  const sql = postgres(url, { max: 1 });
  const out = async (which: string) => {
    const chunks: Buffer[] = [];
    const query = `copy (select ${COLUMNS} from contacts order by phone_e164 ${which}) to stdout`;
    for await (const chunk of await sql.unsafe(query).readable()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  try {
    return { warm: await out(`limit ${warmUp}`), rows: await out(`offset ${warmUp}`) };
  } finally {
    await sql.end();
  }
}

/** One COPY into the same table with the same indexes, as one transaction. */
export async function copyIn(
  url: string,
  { warm, rows }: { warm: Buffer; rows: Buffer },
  count: number,
): Promise<Sample> {
  const sql = postgres(url, { max: 1 });
  try {
    await write(sql, warm);
    const startedMs = performance.now();
    await write(sql, rows);
    const seconds = (performance.now() - startedMs) / 1_000;
    return { perSecond: count / seconds, seconds };
  } finally {
    await sql.end();
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
