import path from "node:path";
import {
  carrierIsSimulator,
  carrierSettings,
  databaseIsEmbedded,
  databaseSettings,
  type Environment,
  parseEnvironment,
  processSettings,
  queueSettings,
} from "@smscrm/core/process/environment";
import { z } from "zod";

/** Console levels by pino's numbers. Lines of a part below the chosen level go only to its file. */
const logLevels = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: 100,
} as const;
type LogLevel = keyof typeof logLevels;

const portVariables = ["PORT", "WORKER_PORT", "SIMULATOR_PORT", "EMBEDDED_POSTGRES_PORT"] as const;
export type PortVariable = (typeof portVariables)[number];

/**
 * All variables that the parts read, so that a fault shows before anything starts, and two that only the supervisor
 * reads.
 */
const schema = z.object({
  ...processSettings,
  ...databaseSettings,
  ...queueSettings,
  ...carrierSettings,
  RUNTIME: z.enum(["bun", "node"]).default("bun"),
  LOG_LEVEL: z.enum(Object.keys(logLevels) as LogLevel[]).optional(),
});

export type StartSettings = {
  ports: Record<PortVariable, number>;
  /** Absolute. */
  dataDir: string;
  embeddedPostgres: boolean;
  /** The simulator's credentials, and where it posts texts from handsets; null with a real carrier. */
  simulator: { accountSid: string; authToken: string; publicUrl: string } | null;
  runtime: "bun" | "node";
  /** Lines of the parts below this pino level are not shown on the console. */
  consoleLevel: number;
};

export type ReadSettings = { ok: true; settings: StartSettings } | { ok: false; faults: string[] };

/** Reads the supervisor's settings and checks those of its parts; returns every fault at once. */
export function readSettings(env: Environment): ReadSettings {
  const parsed = parseEnvironment(schema, env);
  if (!parsed.ok) return parsed;
  const settings = settingsOf(parsed.value, env);
  const faults = portFaults(settings.ports);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, settings };
}

function settingsOf(read: z.output<typeof schema>, env: Environment): StartSettings {
  const { PORT, WORKER_PORT, SIMULATOR_PORT, EMBEDDED_POSTGRES_PORT } = read;
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, PUBLIC_URL: publicUrl } = read;
  return {
    ports: { PORT, WORKER_PORT, SIMULATOR_PORT, EMBEDDED_POSTGRES_PORT },
    dataDir: path.resolve(read.DATA_DIR),
    embeddedPostgres: databaseIsEmbedded(env),
    simulator: carrierIsSimulator(env) ? { accountSid, authToken, publicUrl } : null,
    runtime: read.RUNTIME,
    consoleLevel: logLevels[read.LOG_LEVEL ?? "warn"],
  };
}

/** Checks the ports: the parts connect to each other there, so 0 ("any free one") is refused, and no two may be equal. */
function portFaults(ports: Record<PortVariable, number>): string[] {
  return portVariables.flatMap((name, index) => {
    if (ports[name] === 0) return [`${name} must be a port number from 1 to 65535`];
    const twin = portVariables.slice(0, index).find((other) => ports[other] === ports[name]);
    return twin ? [`${name} must be another port than ${twin}, which is ${ports[name]} too`] : [];
  });
}
