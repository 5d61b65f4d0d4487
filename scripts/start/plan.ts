import path from "node:path";
import type { StartSettings } from "./environment.ts";
import type { Part } from "./part.ts";
import { projectFolder, runtimeProgram } from "./runtime.ts";
import type { Step } from "./step.ts";

/** All parts of a running product, in the order in which they start. They stop in the order of `stopOrder`. */
export type Plan = {
  folder: string;
  settings: StartSettings;
  preparation: Step[];
  buildsClient: boolean;
  /** Each list starts when the one before it is healthy. */
  parts: Part[][];
  /** Names: the worker first, so that its work can be settled while the others still answer. */
  stopOrder: string[];
};

const healthLimitMs = 60_000;

export function productPlan(settings: StartSettings): Plan {
  return {
    folder: projectFolder,
    settings,
    preparation: preparationSteps(runtimeProgram(settings.runtime)),
    buildsClient: true,
    parts: [
      ...(settings.simulator ? [[simulator(settings, settings.simulator)]] : []),
      [api(settings), worker(settings)],
    ],
    stopOrder: ["worker", "api", "simulator"],
  };
}

function preparationSteps(runtime: string): Step[] {
  const limitMs = 600_000;
  return [
    {
      doing: "Bringing the database to this version's schema",
      failure: "The database could not be brought to this version's schema",
      words: [runtime, "db/migrate.ts"],
      limitMs,
    },
    {
      doing: "Preparing the queue",
      failure: "The queue could not be prepared",
      words: [runtime, "worker/dispatch/migrate-queue.ts"],
      limitMs,
    },
    {
      doing: "Creating the demo tenant if it is missing",
      failure: "The demo tenant could not be created",
      words: [runtime, "server/seed.ts"],
      limitMs,
    },
  ];
}

function simulator(
  { ports, runtime, dataDir }: StartSettings,
  { accountSid, authToken, publicUrl }: NonNullable<StartSettings["simulator"]>,
): Part {
  return {
    env: {
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      SIMULATOR_INBOUND_URL: `${publicUrl}/webhooks/twilio/inbound`,
      // Handsets and the ledger survive a restart, like a real carrier's.
      SIMULATOR_DATA_FILE: path.join(dataDir, "simulator.jsonl"),
    },
    name: "simulator",
    title: "Twilio simulator",
    words: [runtimeProgram(runtime), "infra/simulator/main.ts"],
    port: ports.SIMULATOR_PORT,
    portVariable: "SIMULATOR_PORT",
    healthUrl: `http://127.0.0.1:${ports.SIMULATOR_PORT}/simulator/health`,
    healthLimitMs,
    stopLimitMs: 5_000,
  };
}

function api({ ports, runtime }: StartSettings): Part {
  return {
    name: "api",
    title: "API",
    words: [runtimeProgram(runtime), "server/main.ts"],
    port: ports.PORT,
    portVariable: "PORT",
    healthUrl: `http://127.0.0.1:${ports.PORT}/health`,
    healthLimitMs,
    stopLimitMs: 15_000,
  };
}

function worker({ ports, runtime }: StartSettings): Part {
  return {
    name: "worker",
    title: "worker",
    words: [runtimeProgram(runtime), "worker/main.ts"],
    port: ports.WORKER_PORT,
    portVariable: "WORKER_PORT",
    healthUrl: `http://127.0.0.1:${ports.WORKER_PORT}/health`,
    healthLimitMs,
    stopLimitMs: 35_000,
  };
}
