// DATABASE_URL=… [PRESENT_DATABASE_URL=…] [ERASURE_LIST=…] bun db/restore/repeat-erasures.ts: restore.sh runs it before the
// restored database replaces the old one, so that no person who was erased since the backup comes back.
import { existsSync, readFileSync } from "node:fs";
import { databaseSettings, parseEnvironment } from "@smscrm/core/process/environment";
import { z } from "zod";
import { openPipeline } from "../postgres/connection.ts";
import {
  type ErasureList,
  readErasureFile,
  readErasureList,
  repeatErasures,
} from "../privacy/erasure-list.ts";

const environment = parseEnvironment(
  z.object({
    ...databaseSettings,
    PRESENT_DATABASE_URL: z.string().optional(),
    ERASURE_LIST: z.string().optional(),
  }),
  process.env,
);
if (!environment.ok) {
  console.error(environment.faults.join("\n"));
  process.exit(1);
}
const { DATABASE_URL, PRESENT_DATABASE_URL, ERASURE_LIST } = environment.value;

const lists: ErasureList[] = [];
if (PRESENT_DATABASE_URL) {
  const list = await ofDatabase(PRESENT_DATABASE_URL);
  if (list) lists.push(list);
  else console.error("WARNING: the present database's erasures can't be read.");
}
if (ERASURE_LIST && existsSync(ERASURE_LIST)) {
  const list = readErasureFile(readFileSync(ERASURE_LIST, "utf8"));
  if (list) lists.push(list);
  else console.error(`WARNING: ${ERASURE_LIST} is not a list of erasures: its first line has no key.`);
}
if (lists.length === 0) {
  console.error(
    "WARNING: no list of erasures was found: people who were erased since the backup may be back. Set ERASURE_LIST to the file that the workers write, and restore again.",
  );
} else {
  const sql = openPipeline(DATABASE_URL, { name: "smscrm restore", max: 2 });
  try {
    let [repeated, found] = [0, 0];
    for (const list of lists) {
      const done = await repeatErasures(sql, list);
      repeated += done.repeated;
      found += done.found;
    }
    console.log(`Erasures repeated: ${repeated}, of which ${found} had data in the backup`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** A database that can't be read, or that is older than erasures, has no list. */
async function ofDatabase(url: string): Promise<ErasureList | null> {
  const sql = openPipeline(url, { name: "smscrm restore", max: 1 });
  try {
    const [row] = await sql<{ known: boolean }[]>`select to_regclass('public.erasures') is not null as known`;
    return row!.known ? await readErasureList(sql, new Date(0)) : { key: "", erasures: [] };
  } catch {
    return null;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
