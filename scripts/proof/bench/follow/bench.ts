import { testLogins } from "@smscrm/db/testing/test-database";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import postgres from "postgres";
import type { BenchOptions } from "../options.ts";
import { startProgram } from "../program.ts";
import { type BenchReport, ratioLine, speedLines } from "../report.ts";
import { alternate, type Contender, roundsOf, type Sample } from "../rounds.ts";
import { makeAudience, release, TENANTS, untilSent, WARM_UP } from "../send/audience.ts";
import { type SendSetting, startCarrier, startWorker } from "../send/ours.ts";
import type { BenchServers } from "../servers.ts";
import { follow } from "./browsers.ts";

const BROWSERS = 20;
const ALONE = "nobody looks";
const FOLLOWED = `${BROWSERS} browsers follow`;
/** The carrier's response time. With an instant carrier only the processors would be measured. */
const CARRIER_MS = 50;

/** Measures what watching operators cost: the same campaigns with and without open campaign pages. */
export async function benchFollow(
  servers: BenchServers,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<BenchReport> {
  const messages = options.messages - (options.messages % TENANTS);
  await servers.template("follow", (sql) => makeAudience(sql, messages));
  const carrier = await startCarrier(CARRIER_MS);
  try {
    const setting = { servers, messages, inFlight: options.inFlight, carrier, profile: false };
    const contenders = [contender(ALONE, 0, setting), contender(FOLLOWED, BROWSERS, setting)];
    const samples = await alternate(contenders, options, say);
    return {
      bench: "follow",
      about: `${messages} messages, carrier ${CARRIER_MS} ms away, ${roundsOf(samples)} rounds`,
      samples: Object.fromEntries(samples),
      lines: [...speedLines(samples, "/s"), ratioLine(samples, FOLLOWED, ALONE, { atLeast: 0.97 }, 0.99)],
    };
  } finally {
    await carrier.stop();
  }
}

function contender(name: string, browsers: number, setting: SendSetting): Contender {
  return { name, measure: () => measure(browsers, setting) };
}

async function measure(browsers: number, setting: SendSetting): Promise<Sample> {
  const database = await setting.servers.copyOf("follow");
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const port = await freePort();
  const env = { ...testLogins(database.url), PORT: String(port) };
  const api = await startProgram("server/main.ts", [], env, (line) => line.includes("The API listens"));
  const worker = await startWorker("postgres", setting, database.url);
  try {
    await release(sql, "warm");
    await untilSent(sql, "warm", WARM_UP);
    const pages = follow(`http://127.0.0.1:${port}`, await openPages(sql, browsers));
    const startedMs = performance.now();
    await release(sql, "measured");
    await untilSent(sql, "measured", setting.messages);
    const seconds = (performance.now() - startedMs) / 1_000;
    const told = await pages.close();
    // Pages that got no values would cost nothing.
    if (browsers > 0 && told < browsers * Math.floor(seconds / 2))
      throw new Error(`The pages got only ${told} values.`);
    return { perSecond: setting.messages / seconds, seconds, told };
  } finally {
    await worker.stop();
    await api.stop();
    await sql.end();
    await database.drop();
  }
}

/** Creates a measured campaign and a cookie for each browser, because a session may have only some streams. */
async function openPages(sql: postgres.Sql, browsers: number): Promise<{ id: string; cookie: string }[]> {
  const campaigns = await sql<{ id: string; tenantId: string }[]>`
    select id, tenant_id as "tenantId" from campaigns where name = 'measured'`;
  return Promise.all(
    Array.from({ length: browsers }, async (_, at) => {
      const { id, tenantId } = campaigns[at % campaigns.length]!;
      const token = newToken();
      const [user] = await sql<{ id: string }[]>`
        insert into users (email, name, password_hash) values (${`${at}@example.com`}, 'Owner', 'x') returning id`;
      await sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${user!.id}, 'owner')`;
      await sql`insert into sessions (token_hash, user_id, tenant_id, expires_at)
        values (${hashToken(token)}, ${user!.id}, ${tenantId}, now() + interval '1 day')`;
      return { id, cookie: `session_id=${token}` };
    }),
  );
}
