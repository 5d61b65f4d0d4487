import { z } from "zod";

/** What a process is given: `process.env`, which core never reads by itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type ParsedEnvironment<Schema extends z.ZodObject> =
  | { ok: true; value: z.output<Schema> }
  | { ok: false; faults: string[] };

/** The simulator takes exactly these; a real account never looks like them. */
export const SIMULATOR_ACCOUNT_SID = "AC00000000000000000000000000000001";
export const SIMULATOR_AUTH_TOKEN = "5151515151515151aaaaaaaaaaaaaaaa";

const DEFAULT_PORTS = {
  PORT: 3000,
  WORKER_PORT: 3002,
  SIMULATOR_PORT: 4010,
  EMBEDDED_POSTGRES_PORT: 5433,
} as const;

function port(name: keyof typeof DEFAULT_PORTS) {
  return z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number")
    .transform(Number)
    .refine((number) => number <= 65_535, "must be a port number up to 65535")
    .default(DEFAULT_PORTS[name]);
}

/** An address of one of these kinds. The message never repeats it: it may hold a password. */
function address(protocols: RegExp, example: string) {
  const fits = (text: string) => URL.canParse(text) && protocols.test(new URL(text).protocol);
  return z.string().refine(fits, `must be an address such as ${example}`);
}

/** Which of the program's ports are where, where it keeps its files, and where the world reaches it. */
export const processSettings = {
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  PORT: port("PORT"),
  WORKER_PORT: port("WORKER_PORT"),
  DATA_DIR: z.string().default(".data"),
  /** Where to listen. By default this machine alone while texts go to the simulator, whose token is no secret. */
  HOST: z.string(),
  /** Without a slash at its end. Webhook signatures are computed over it, never over request headers. */
  PUBLIC_URL: address(/^https?:$/, "https://texts.example.com").transform((url) => url.replace(/\/+$/, "")),
};

/** `DATABASE_URL` of a server of one's own, or the embedded PostgreSQL on its port. */
export const databaseSettings = {
  DATABASE_URL: address(/^postgres(ql)?:$/, "postgres://user:password@host:5432/name"),
  /** A hot standby of it, for reports alone. */
  DATABASE_REPLICA_URL: address(/^postgres(ql)?:$/, "postgres://user:password@replica:5432/name").optional(),
  EMBEDDED_POSTGRES_PORT: port("EMBEDDED_POSTGRES_PORT"),
};

const hostList = z
  .string()
  .regex(/^[\w.-]+:\d{1,5}(\s*,\s*[\w.-]+:\d{1,5})*$/, "must be a list such as host:26379,other:26379")
  .transform((list) => list.split(/\s*,\s*/));

/** One Redis, Sentinels, or a Cluster; none of them: tickets travel in PostgreSQL. */
export const queueSettings = {
  REDIS_URL: address(/^rediss?:$/, "redis://host:6379").optional(),
  REDIS_SENTINELS: hostList.optional(),
  REDIS_SENTINEL_NAME: z.string().optional(),
  REDIS_CLUSTER_NODES: hostList.optional(),
  /** Of Sentinels and a Cluster; REDIS_URL may say its own. */
  REDIS_USERNAME: z.string().optional(),
  REDIS_PASSWORD: z.string().optional(),
};

/** The carrier's account, or the simulator on loopback. The auth token also signs webhooks, so a key cannot replace it. */
export const carrierSettings = {
  TWILIO_ACCOUNT_SID: z.string().regex(/^AC[0-9a-fA-F]{32}$/, "must be AC and 32 hexadecimal digits"),
  TWILIO_AUTH_TOKEN: z.string().regex(/^[0-9a-fA-F]{32}$/, "must be 32 hexadecimal digits"),
  TWILIO_AUTH_TOKEN_PREVIOUS: z
    .string()
    .regex(/^[0-9a-fA-F]{32}$/, "must be 32 hexadecimal digits")
    .optional(),
  TWILIO_API_KEY: z
    .string()
    .regex(/^SK[0-9a-fA-F]{32}$/, "must be SK and 32 hexadecimal digits")
    .optional(),
  TWILIO_API_SECRET: z.string().optional(),
  SIMULATOR_PORT: port("SIMULATOR_PORT"),
};

/** Whether texts go to the simulator: no account of one's own is named (or the simulator's is). */
export function carrierIsSimulator(env: { TWILIO_ACCOUNT_SID?: string | undefined }): boolean {
  return !env.TWILIO_ACCOUNT_SID || env.TWILIO_ACCOUNT_SID === SIMULATOR_ACCOUNT_SID;
}

/** Whether the database is the embedded one; ask with the environment as given, not as parsed. */
export function databaseIsEmbedded(env: Environment): boolean {
  return !env.DATABASE_URL;
}

/** How tickets travel. A Cluster is taken before Sentinels, and those before a single Redis. */
export function queueBackend(env: {
  REDIS_URL?: unknown;
  REDIS_SENTINELS?: unknown;
  REDIS_CLUSTER_NODES?: unknown;
}): "cluster" | "sentinel" | "redis" | "postgres" {
  if (env.REDIS_CLUSTER_NODES) return "cluster";
  if (env.REDIS_SENTINELS) return "sentinel";
  return env.REDIS_URL ? "redis" : "postgres";
}

/**
 * Checks and completes an environment. Empty variables count as unset; what depends on others (the embedded database's
 * address, the simulator's credentials, the public URL) is filled in. All faults come at once, as `NAME must be …`, and
 * never with a value, because values are secrets.
 */
export function parseEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment,
): ParsedEnvironment<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const asks = (name: string) => name in schema.shape;
  const faults = [...productionFaults(given, asks), ...pairFaults(given, asks)];
  const parsed = schema.safeParse(withDerived(given));
  if (!parsed.success) faults.push(...parsed.error.issues.map(faultOf));
  return parsed.success && faults.length === 0
    ? { ok: true, value: parsed.data }
    : { ok: false, faults: [...new Set(faults)] };
}

function faultOf(issue: z.core.$ZodIssue): string {
  const name = issue.path.join(".");
  if (issue.code === "invalid_type") return `${name} must be set`;
  if (issue.code === "invalid_value") return `${name} must be one of ${issue.values.join(", ")}`;
  return `${name} ${issue.message}`;
}

/** What is derived from other variables, with its own defaults, so that a second copy only moves its ports. */
function withDerived(given: Environment): Environment {
  // A port that is none is a fault of its own, not a second one of the address that would contain it.
  const at = (name: keyof typeof DEFAULT_PORTS) =>
    port(name).safeParse(given[name]).data ?? DEFAULT_PORTS[name];
  const simulator = { TWILIO_ACCOUNT_SID: SIMULATOR_ACCOUNT_SID, TWILIO_AUTH_TOKEN: SIMULATOR_AUTH_TOKEN };
  return {
    DATABASE_URL: `postgres://smscrm:smscrm@127.0.0.1:${at("EMBEDDED_POSTGRES_PORT")}/smscrm`,
    PUBLIC_URL: `http://127.0.0.1:${at("PORT")}`,
    HOST: carrierIsSimulator(given) ? "127.0.0.1" : "0.0.0.0",
    ...(carrierIsSimulator(given) ? simulator : {}),
    ...given,
  };
}

/** Embedded parts are for trying it out: a production that silently texts nobody is worse than one that does not start. */
function productionFaults(given: Environment, asks: (name: string) => boolean): string[] {
  if (given.NODE_ENV !== "production") return [];
  const faults: string[] = [];
  if (asks("DATABASE_URL") && !given.DATABASE_URL) faults.push("DATABASE_URL must be set in production");
  if (asks("REDIS_URL") && queueBackend(given) === "postgres")
    faults.push("REDIS_URL must be set in production");
  if (asks("TWILIO_ACCOUNT_SID") && carrierIsSimulator(given)) {
    faults.push("TWILIO_ACCOUNT_SID must be set in production");
  }
  return faults;
}

const PAIRS = [
  ["TWILIO_API_KEY", "TWILIO_API_SECRET"],
  ["TWILIO_API_SECRET", "TWILIO_API_KEY"],
  ["REDIS_SENTINELS", "REDIS_SENTINEL_NAME"],
] as const;

function pairFaults(given: Environment, asks: (name: string) => boolean): string[] {
  return PAIRS.filter(([name, needed]) => asks(name) && given[name] && !given[needed]).map(
    ([name, needed]) => `${needed} must be set, because ${name} is`,
  );
}
