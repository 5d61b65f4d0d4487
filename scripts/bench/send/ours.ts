import { freePort } from "@smscrm/infra/embedded-postgres/port";
import postgres from "postgres";
import { watchProcessors } from "../processor-time.ts";
import { dearestStatements, forgetStatements } from "../profile.ts";
import { type Program, startProgram } from "../program.ts";
import type { Contender, Sample } from "../rounds.ts";
import type { Stage } from "../stage.ts";
import { release, untilSent, WARM_UP } from "./audience.ts";

export interface SendSetting {
  stage: Stage;
  messages: number;
  inFlight: number;
  carrier: { pid: number; port: number };
  profile: boolean;
}

/** The real worker process, from a campaign's release to the last committed result. */
export function ours(name: string, queue: "redis" | "postgres", setting: SendSetting): Contender {
  return { name, measure: () => measure(queue, setting) };
}

async function measure(queue: "redis" | "postgres", setting: SendSetting): Promise<Sample> {
  const { stage, messages, profile } = setting;
  const database = await stage.copyOf("send");
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const worker = await startWorker(queue, setting, database.url);
  try {
    await release(sql, "warm");
    await untilSent(sql, "warm", WARM_UP);
    await countCreates(setting);
    if (profile) await forgetStatements(stage.admin);
    const { carrier } = setting;
    const processors = watchProcessors({
      worker: worker.pid,
      postgres: stage.postgres.pid,
      carrier: carrier.pid,
      redis: stage.redis.pid,
    });
    const startedMs = performance.now();
    await release(sql, "measured");
    await untilSent(sql, "measured", messages);
    const seconds = (performance.now() - startedMs) / 1_000;
    const used = processors(messages);
    if (profile) console.error(await dearestStatements(stage.admin, messages));
    await requireEachOnce(setting);
    return { perSecond: messages / seconds, seconds, ...used };
  } finally {
    await worker.stop();
    await sql.end();
    await database.drop();
  }
}

/** A carrier that answers after so long. */
export async function startCarrier(latencyMs: number) {
  const program = await startProgram("scripts/bench/send/carrier.ts", [String(latencyMs)], {}, (line) =>
    line.startsWith("{"),
  );
  return { ...program, port: (JSON.parse(program.line) as { port: number }).port };
}

export async function startWorker(
  queue: "redis" | "postgres",
  { stage, inFlight, carrier }: SendSetting,
  url: string,
): Promise<Program> {
  return startProgram(
    "worker/main.ts",
    [],
    {
      DATABASE_URL: url,
      ...(queue === "redis" ? { REDIS_URL: stage.redis.url } : {}),
      SIMULATOR_PORT: String(carrier.port),
      WORKER_PORT: String(await freePort()),
      SEND_CONCURRENCY: String(inFlight),
    },
    (line) => line.includes('"started"'),
  );
}

/** What the carrier took since it was last asked. */
export async function countCreates({ carrier }: Pick<SendSetting, "carrier">) {
  const response = await fetch(`http://127.0.0.1:${carrier.port}/count`);
  return (await response.json()) as { creates: number; different: number };
}

/** A figure of a run that sent twice, or not at all, would be none. */
export async function requireEachOnce(setting: Pick<SendSetting, "carrier" | "messages">): Promise<void> {
  const { creates, different } = await countCreates(setting);
  if (creates !== setting.messages || different !== setting.messages) {
    throw new Error(`The carrier took ${creates} creates, ${different} different, of ${setting.messages}.`);
  }
}
