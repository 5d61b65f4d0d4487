import path from "node:path";
import { z } from "zod";

/** Console levels by pino's numbers; what a part logs below the chosen one goes to its file only. */
export const logLevels = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: 100,
} as const;

export const portVariables = ["PORT", "WORKER_PORT", "SIMULATOR_PORT", "EMBEDDED_POSTGRES_PORT"] as const;
export type PortVariable = (typeof portVariables)[number];

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);

const variables = z.object({
  PORT: port(3000),
  WORKER_PORT: port(3002),
  SIMULATOR_PORT: port(4010),
  EMBEDDED_POSTGRES_PORT: port(5433),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  TWILIO_ACCOUNT_SID: z.string().optional(),
  NODE_ENV: z.string().default("development"),
  RUNTIME: z.enum(["bun", "node"]).default("bun"),
  LOG_LEVEL: z.enum(Object.keys(logLevels) as [keyof typeof logLevels]).optional(),
});

export type StartSettings = {
  ports: Record<PortVariable, number>;
  /** Absolute. */
  dataDir: string;
  embeddedPostgres: boolean;
  simulator: boolean;
  runtime: "bun" | "node";
  /** Lines of the parts below this pino level are kept from the console. */
  consoleLevel: number;
};

export type ReadSettings = { ok: true; settings: StartSettings } | { ok: false; faults: string[] };

/** Reads what the supervisor itself needs; every fault at once. The parts read their own variables. */
export function readSettings(env: Record<string, string | undefined>): ReadSettings {
  // An empty variable is how shells and compose files say "unset".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const read = variables.safeParse(given);
  if (!read.success) return { ok: false, faults: read.error.issues.map(sentence) };
  const faults = [...productionFaults(read.data), ...samePortFaults(read.data)];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, settings: settingsOf(read.data) };
}

type Variables = z.infer<typeof variables>;

function settingsOf(read: Variables): StartSettings {
  const { PORT, WORKER_PORT, SIMULATOR_PORT, EMBEDDED_POSTGRES_PORT } = read;
  return {
    ports: { PORT, WORKER_PORT, SIMULATOR_PORT, EMBEDDED_POSTGRES_PORT },
    dataDir: path.resolve(read.DATA_DIR),
    embeddedPostgres: read.DATABASE_URL === undefined,
    simulator: read.TWILIO_ACCOUNT_SID === undefined,
    runtime: read.RUNTIME,
    consoleLevel: logLevels[read.LOG_LEVEL ?? "warn"],
  };
}

function sentence(issue: { path: PropertyKey[]; message: string }): string {
  return `${issue.path.join(".")}: ${issue.message}`;
}

/** The embedded parts are for trying and developing; a production system names its real ones. */
function productionFaults(read: Variables): string[] {
  if (read.NODE_ENV !== "production") return [];
  const needed = ["DATABASE_URL", "REDIS_URL", "TWILIO_ACCOUNT_SID"] as const;
  return needed
    .filter((name) => read[name] === undefined)
    .map((name) => `${name}: must be set when NODE_ENV is production`);
}

function samePortFaults(read: Variables): string[] {
  return portVariables.flatMap((name, index) => {
    const twin = portVariables.slice(0, index).find((other) => read[other] === read[name]);
    return twin ? [`${name}: ${read[name]} is also ${twin}; each needs a port of its own`] : [];
  });
}
