import type { AudienceGroup, AudienceRule } from "@smscrm/core/audiences/definition";
import { viewDefinition } from "@smscrm/db/audiences/members";
import { openTenantDatabase } from "@smscrm/db/postgres/connection";
import { testLogins } from "@smscrm/db/testing/test-database";
import type { BenchOptions } from "../options.ts";
import { watchProcessors } from "../processor-time.ts";
import type { BenchReport, Line } from "../report.ts";
import { spreadOf } from "../rounds.ts";
import type { BenchServers } from "../servers.ts";
import { CAMPAIGN, fillAudiences, IMPORT, TENANT } from "./people.ts";

/** The time that the first figure and ten contacts may take on the server. */
const LIMIT_MS = 500;
/** How often a round asks for the first figure, and for the exact one. */
const TIMES = { first: 8, exact: 2 };

const all = (...rules: AudienceRule[]): AudienceGroup => ({ match: "all", rules });
const detail = (name: "state" | "first_name", test: object) =>
  ({ about: "detail", detail: name, test }) as AudienceRule;
const field = (test: object) => ({ about: "field", field: "member_no", test }) as AudienceRule;
const notTexted: AudienceRule = {
  ...{ about: "moment", moment: "texted", not: true, test: { is: "last-days", days: 30 } },
};
const sydney = detail("state", { is: "one-of", values: ["NSW"] });

/** Each kind of condition of the builder: frequent, rare, and for nobody. */
const AUDIENCES: Readonly<Record<string, AudienceGroup>> = {
  "a state": all(sydney),
  "part of a name": all(detail("first_name", { is: "contains", value: "ia" })),
  "a number in a field, for a hundred": all(field({ is: "at-most", number: "100" })),
  "a number in a field, for half": all(field({ is: "at-least", number: "500000" })),
  "a date in a field, for nobody": all(field({ is: "last-days", days: 30 })),
  "a tag": all({ about: "tag", tags: ["fifth"] }),
  "a country": all({ about: "country", countries: ["US", "GB"] }),
  "a time zone": all({ about: "zone", zones: ["America/Denver"] }),
  "a consent that ended": all({ about: "consent", states: ["expired"] }),
  "an import": all({ about: "import", imports: [IMPORT] }),
  "on the do-not-contact list": all({ about: "do-not-contact" }),
  "not texted for 30 days": all(notTexted),
  "replied in 30 days": all({ about: "moment", moment: "replied", test: { is: "last-days", days: 30 } }),
  "failed in a campaign": all({ about: "campaign", campaign: CAMPAIGN, outcome: "failed" }),
  "not in a campaign": all({ about: "campaign", campaign: CAMPAIGN, outcome: "included", not: true }),
  "several at once": all(sydney, notTexted, { about: "do-not-contact", not: true }, field({ is: "filled" })),
};

/** Measures the builder of audiences: its first figure with ten contacts, and the exact count after it. */
export async function benchAudience(
  servers: BenchServers,
  { contacts, rounds }: BenchOptions,
  say: (line: string) => void,
): Promise<BenchReport> {
  await servers.template("audience", (sql) => fillAudiences(sql, contacts));
  const copy = await servers.copyOf("audience");
  const options = { name: "bench audience", max: 1 };
  const database = openTenantDatabase(testLogins(copy.url).DATABASE_API_URL, options);
  const samples: Record<string, Record<string, number>[]> = {};
  const lines: Line[] = [];
  const timesOf = async (definition: AudienceGroup, mayEstimate: boolean, count: number) => {
    const ask = () =>
      database.asTenant(TENANT, (tx) => viewDefinition(tx, TENANT, definition, { mayEstimate }));
    // The first fills the caches of a database that was just copied.
    const view = await ask();
    const used = watchProcessors({ postgres: servers.postgres.pid });
    const times: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const startedMs = performance.now();
      await ask();
      times.push(performance.now() - startedMs);
    }
    return { view, times, postgresMs: (used(count).postgresMicrosEach ?? 0) / 1_000 };
  };
  try {
    for (const [what, definition] of Object.entries(AUDIENCES)) {
      const first = await timesOf(definition, true, rounds * TIMES.first);
      const exact = await timesOf(definition, false, rounds * TIMES.exact);
      samples[what] = [
        ...first.times.map((ms) => ({ firstMs: ms })),
        ...exact.times.map((ms) => ({ exactMs: ms })),
      ];
      const bounds = first.view.estimate ?? { low: first.view.contacts, high: first.view.contacts };
      say(`  ${what}: ${bounds.low} to ${bounds.high}, exactly ${exact.view.contacts}`);
      const line = (name: string, values: readonly number[], goal: Line["goal"]): Line => ({
        ...{ what: `${what}: ${name}`, spread: spreadOf(values), unit: "ms", goal, next: null },
      });
      lines.push(
        line("first figure, p95", [p95Of(first.times)], { atMost: LIMIT_MS }),
        line("first figure, PostgreSQL's processor", [first.postgresMs], null),
        line("exact count", exact.times, null),
        line("exact count, PostgreSQL's processor", [exact.postgresMs], null),
      );
    }
  } finally {
    await database.close();
    await copy.drop();
  }
  return {
    bench: "audience",
    about: `${contacts} contacts beside a tenth of another tenant's`,
    samples,
    lines,
  };
}

function p95Of(times: readonly number[]): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))]!;
}
