import type { BenchOptions } from "../options.ts";
import { type BenchReport, ratioLine, speedLines } from "../report.ts";
import { alternate, figureOf, roundsOf, type Samples } from "../rounds.ts";
import type { BenchServers } from "../servers.ts";
import { makeAudience, TENANTS } from "./audience.ts";
import { bareLoop, jobPerMessage, noOpDrain } from "./baselines.ts";
import { ours, type SendSetting, startCarrier } from "./ours.ts";

const OURS = "ours on Redis";
const EMBEDDED = "ours, queue in PostgreSQL";
const BARE = "bare loop";
const ONE_BY_ONE = "one job per message";
const NO_OP = "BullMQ no-op";
const OURS_FAR = "ours on Redis, carrier 50 ms away";
const BARE_FAR = "bare loop, carrier 50 ms away";

export async function benchSend(
  servers: BenchServers,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<BenchReport> {
  const messages = options.messages - (options.messages % TENANTS);
  const { inFlight, profile } = options;
  await servers.template("send", (sql) => makeAudience(sql, messages));
  const near = await startCarrier(0);
  const far = await startCarrier(50);
  try {
    const here: SendSetting = { servers, messages, inFlight, carrier: near, profile };
    const there: SendSetting = { ...here, carrier: far };
    const contenders = [
      ours(OURS, "redis", here),
      bareLoop(BARE, here),
      ours(EMBEDDED, "postgres", here),
      jobPerMessage(ONE_BY_ONE, here),
      noOpDrain(NO_OP, here),
      ours(OURS_FAR, "redis", there),
      bareLoop(BARE_FAR, there),
    ];
    const samples = await alternate(contenders, options, say);
    return {
      bench: "send",
      about: `${messages} messages of ${TENANTS} tenants, ${inFlight} in flight, ${roundsOf(samples)} rounds`,
      samples: Object.fromEntries(samples),
      lines: linesOf(samples),
    };
  } finally {
    await Promise.all([near.stop(), far.stop()]);
  }
}

function linesOf(samples: Samples) {
  const used = ["worker", "postgres", "carrier", "redis"].map((who) => ({
    what: `${who}'s processor per message (${OURS})`,
    spread: figureOf(samples, OURS, `${who}MicrosEach`),
    unit: "µs",
    goal: null,
    next: null,
  }));
  return [
    ...speedLines(samples, "/s"),
    ...used,
    ratioLine(samples, OURS, BARE, { atLeast: 0.45 }, 0.6),
    ratioLine(samples, OURS, ONE_BY_ONE, { atLeast: 7 }, 10),
    ratioLine(samples, OURS, NO_OP),
    ratioLine(samples, EMBEDDED, OURS, { atLeast: 0.9 }, 0.95),
    ratioLine(samples, OURS_FAR, BARE_FAR, { atLeast: 0.92 }, 0.97),
  ];
}
