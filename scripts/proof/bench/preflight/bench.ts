import postgres from "postgres";
import { startApi } from "../api.ts";
import { openSessions } from "../fair/tenants.ts";
import type { BenchOptions } from "../options.ts";
import { watchProcessors } from "../processor-time.ts";
import type { BenchReport, Line } from "../report.ts";
import { spreadOf } from "../rounds.ts";
import type { BenchServers } from "../servers.ts";
import { DRAFTS, fillAudience, TENANT } from "./people.ts";

/** For a million people. Fewer must be as quick in proportion. */
const LIMIT_SECONDS = 8;
const MILLION = 1_000_000;

/** Measures a campaign's preflight through the API, as the campaign's page asks for it, and where its time goes. */
export async function benchPreflight(
  servers: BenchServers,
  { contacts, rounds }: BenchOptions,
  say: (line: string) => void,
): Promise<BenchReport> {
  await servers.template("preflight", (sql) => fillAudience(sql, contacts));
  const copy = await servers.copyOf("preflight");
  const sql = postgres(copy.url, { max: 1, onnotice: () => {} });
  const samples: Record<string, Record<string, number>[]> = {};
  const api = await startApi(copy.url, servers.redis.url);
  try {
    const [cookie] = await openSessions(sql, TENANT, "owner", 1);
    const ask = async (id: string) => {
      const answer = await fetch(`${api.url}/trpc/campaigns.preflight`, {
        method: "POST",
        headers: { cookie: cookie!, "content-type": "application/json", "x-forwarded-for": "203.0.113.7" },
        body: JSON.stringify({ id }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`The preflight failed: ${answer.status} ${text.slice(0, 300)}`);
      const { audience } = (JSON.parse(text) as { result: { data: { audience: number } } }).result.data;
      if (audience < contacts * 0.9) throw new Error(`The preflight saw ${audience} of ${contacts} contacts`);
    };
    for (const name of Object.keys(DRAFTS)) {
      const [draft] = await sql<{ id: string }[]>`select id from campaigns where name = ${name}`;
      samples[name] = [];
      for (let round = 0; round < rounds; round += 1) {
        const used = watchProcessors({ api: api.pid, postgres: servers.postgres.pid });
        const fromMs = performance.now();
        await ask(draft!.id);
        const seconds = (performance.now() - fromMs) / 1_000;
        const { apiMicrosEach = 0, postgresMicrosEach = 0 } = used(1);
        samples[name].push({
          seconds,
          apiSeconds: apiMicrosEach / 1e6,
          postgresSeconds: postgresMicrosEach / 1e6,
        });
        say(`  ${name}, round ${round + 1}/${rounds}: ${samples[name].at(-1)!.seconds!.toFixed(1)} s`);
      }
    }
  } finally {
    await api.stop();
    await sql.end();
    await copy.drop();
  }
  const lines = Object.entries(samples).flatMap(([name, all]): Line[] => {
    const line = (what: string, figure: string, goal: Line["goal"]): Line => ({
      what: `${name}: ${what}`,
      spread: spreadOf(all.map((sample) => sample[figure]!)),
      unit: "s",
      goal,
      next: null,
    });
    return [
      line("whole preflight", "seconds", { atMost: (LIMIT_SECONDS * contacts) / MILLION }),
      line("the API's processor", "apiSeconds", null),
      line("PostgreSQL's processor", "postgresSeconds", null),
    ];
  });
  return { bench: "preflight", about: `${contacts} contacts`, samples, lines };
}
