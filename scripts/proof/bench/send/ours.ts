import { testLogins } from "@smscrm/db/testing/test-database";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import postgres from "postgres";
import { watchProcessors } from "../processor-time.ts";
import { costliestStatements, forgetStatements } from "../profile.ts";
import { type Program, startProgram } from "../program.ts";
import type { Contender, Sample } from "../rounds.ts";
import type { BenchServers } from "../servers.ts";
import { release, untilSent, WARM_UP } from "./audience.ts";

export interface SendSetting {
  servers: BenchServers;
  messages: number;
  inFlight: number;
  carrier: { pid: number; port: number };
  profile: boolean;
}

/** Measures the real worker process, from a campaign's release to the last committed result. */
export function ours(name: string, queue: "redis" | "postgres", setting: SendSetting): Contender {
  return { name, measure: () => measure(queue, setting) };
}

async function measure(queue: "redis" | "postgres", setting: SendSetting): Promise<Sample> {
  const { servers, messages, profile } = setting;
  const database = await servers.copyOf("send");
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const worker = await startWorker(queue, setting, database.url);
  try {
    await release(sql, "warm");
    await untilSent(sql, "warm", WARM_UP);
    await countCreates(setting);
    if (profile) await forgetStatements(servers.admin);
    const { carrier } = setting;
    const processors = watchProcessors({
      worker: worker.pid,
      postgres: servers.postgres.pid,
      carrier: carrier.pid,
      redis: servers.redis.pid,
    });
    const startedMs = performance.now();
    await release(sql, "measured");
    await untilSent(sql, "measured", messages);
    const seconds = (performance.now() - startedMs) / 1_000;
    const used = processors(messages);
    if (profile) console.error(await costliestStatements(servers.admin, messages));
    await requireEachOnce(setting);
    return { perSecond: messages / seconds, seconds, ...used };
  } finally {
    await worker.stop();
    await sql.end();
    await database.drop();
  }
}

/** Starts a carrier with this response time. */
export async function startCarrier(latencyMs: number) {
  const program = await startProgram("scripts/proof/bench/send/carrier.ts", [String(latencyMs)], {}, (line) =>
    line.startsWith("{"),
  );
  return { ...program, port: (JSON.parse(program.line) as { port: number }).port };
}

export async function startWorker(
  queue: "redis" | "postgres",
  { servers, inFlight, carrier }: SendSetting,
  url: string,
): Promise<Program> {
  return startProgram(
    "worker/main.ts",
    [],
    {
      ...testLogins(url),
      ...(queue === "redis" ? { REDIS_URL: servers.redis.url } : {}),
      SIMULATOR_PORT: String(carrier.port),
      WORKER_PORT: String(await freePort()),
      SEND_CONCURRENCY: String(inFlight),
    },
    (line) => line.includes('"started"'),
  );
}

/** Returns how many creates the carrier accepted since the last call. */
async function countCreates({ carrier }: Pick<SendSetting, "carrier">) {
  const response = await fetch(`http://127.0.0.1:${carrier.port}/count`);
  return (await response.json()) as { creates: number; different: number };
}

/** Throws if a message was sent twice or not at all, because the figure would mean nothing. */
export async function requireEachOnce(setting: Pick<SendSetting, "carrier" | "messages">): Promise<void> {
  const { creates, different } = await countCreates(setting);
  if (creates !== setting.messages || different !== setting.messages) {
    throw new Error(
      `The carrier accepted ${creates} creates, ${different} different ones, of ${setting.messages}.`,
    );
  }
}
