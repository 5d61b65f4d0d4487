import { listContacts } from "@smscrm/db/contacts/contacts";
import { openTenantDatabase, type TenantTransaction } from "@smscrm/db/postgres/connection";
import { testLogins } from "@smscrm/db/testing/test-database";
import type { BenchOptions } from "../options.ts";
import type { BenchReport, Line } from "../report.ts";
import { spreadOf } from "../rounds.ts";
import type { BenchServers } from "../servers.ts";
import { fillPeople, TENANT } from "./people.ts";

/** The time that a page may take on the server. */
const LIMIT_MS = 100;
const TIMES = 8;
const PAGE = 50;

/** What people type, and what it costs: the beginning of a name, a part, a number, and nothing that anybody has. */
const SEARCHES: Readonly<Record<string, string>> = {
  "the beginning of a name": "oli",
  "first name and beginning of the last": "mia and",
  "a name without its accent (zoe)": "zoe",
  "a name with its accent (Zoë)": "Zoë",
  "one letter": "a",
  "the middle of a last name": "inhausen",
  "the middle of many last names": "quist",
  "a part that nobody has": "xqzvw",
  "two parts": "quet haus",
  "two parts that nobody has together": "xoch xqzv",
  "the beginning of a number": "0491 570",
  "the end of a number": "570006",
  "three digits in the middle": "700",
  "two digits": "57",
  "digits that no number has": "6140000000099",
};

/** Measures the dashboard's list of contacts while somebody searches it, next to a tenant of the same size. */
export async function benchSearch(
  servers: BenchServers,
  { contacts, rounds }: BenchOptions,
  say: (line: string) => void,
): Promise<BenchReport> {
  await servers.template("search", (sql) => fillPeople(sql, contacts));
  const copy = await servers.copyOf("search");
  const database = openTenantDatabase(testLogins(copy.url).DATABASE_API_URL, {
    name: "bench search",
    max: 1,
  });
  const samples: Record<string, Record<string, number>[]> = {};
  const lines: Line[] = [];
  try {
    for (const [what, search] of Object.entries(SEARCHES)) {
      const ask = async (tx: TenantTransaction) =>
        (await listContacts(tx, TENANT, { search, cursor: null, limit: PAGE })).items.length;
      const times: number[] = [];
      let found = 0;
      for (let n = 0; n < rounds * TIMES; n++) {
        const startedMs = performance.now();
        found = await database.asTenant(TENANT, ask);
        times.push(performance.now() - startedMs);
      }
      // The first fills the caches of a database that was just copied.
      times.shift();
      times.sort((one, other) => one - other);
      const p95 = times[Math.min(times.length - 1, Math.floor(times.length * 0.95))]!;
      samples[what] = times.map((ms) => ({ ms }));
      say(`${what}: ${found} found`);
      lines.push(
        { what: `${what}, p50`, spread: spreadOf(times), unit: "ms", goal: null, next: null },
        {
          what: `${what}, p95`,
          spread: { median: p95, least: p95, most: times.at(-1)! },
          unit: "ms",
          goal: { atMost: LIMIT_MS },
          next: null,
        },
      );
    }
  } finally {
    await database.close();
    await copy.drop();
  }
  return { bench: "search", about: `${contacts} contacts in each of two tenants`, samples, lines };
}
