import { z } from "zod";

/** The environment of a process: `process.env`, which core never reads itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type ParsedEnvironment<Schema extends z.ZodObject> =
  | { ok: true; value: z.output<Schema> }
  | { ok: false; faults: string[] };

/** The simulator accepts only these. No real account has such values. */
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

/** A URL with one of these protocols. The message never repeats it: it may contain a password. */
function address(protocols: RegExp, example: string) {
  const fits = (text: string) => URL.canParse(text) && protocols.test(new URL(text).protocol);
  return z
    .string()
    .refine(fits, { error: `must be an address such as ${example}`, abort: true })
    .refine(isDecodable, "must have the signs of its name and password percent-encoded: write % as %25");
}

/** A lone % in a password is no part of an address, although URL accepts it: whatever decodes it throws. */
function isDecodable(text: string): boolean {
  const { username, password } = new URL(text);
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** The program's ports, its data folder, and its public address. */
export const processSettings = {
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  PORT: port("PORT"),
  WORKER_PORT: port("WORKER_PORT"),
  DATA_DIR: z.string().default(".data"),
  /**
   * The address to listen on. With the simulator the default is this machine only, because its token is no secret.
   */
  HOST: z.string(),
  /** Lets a program on another machine, such as Prometheus, read the metrics. This machine needs no token. */
  METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, "must have at least 16 characters, none of them a space")
    .optional(),
  /** Without a trailing slash. Webhook signatures use it, never request headers. */
  PUBLIC_URL: address(/^https?:$/, "https://texts.example.com").transform((url) => url.replace(/\/+$/, "")),
};

/** Proxies on this machine, such as the dashboard's development server. */
export const LOOPBACK_RANGES: readonly string[] = ["127.0.0.0/8", "::1/128"];

const addressOrRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** Addresses and ranges of the proxies whose X-Forwarded-For is believed. */
export const trustedProxies = z
  .string()
  .transform((list) => list.split(",").map((each) => each.trim()))
  .refine(
    (list) => list.every((each) => addressOrRange.safeParse(each).success),
    "must be a list of addresses or ranges such as 10.0.0.5,172.30.0.0/24",
  );

/** `DATABASE_URL` of your own server, or the port of the embedded PostgreSQL. */
export const databaseSettings = {
  DATABASE_URL: address(/^postgres(ql)?:$/, "postgres://user:password@host:5432/name"),
  /** The API's login, which owns nothing. `pnpm migrate` creates it, and the API prefers it to DATABASE_URL. */
  DATABASE_API_URL: address(/^postgres(ql)?:$/, "postgres://smscrm_api:password@host:5432/name").optional(),
  /** The worker's login, used in the same way. */
  DATABASE_WORKER_URL: address(
    /^postgres(ql)?:$/,
    "postgres://smscrm_worker:password@host:5432/name",
  ).optional(),
  /** A hot standby, only for reports. */
  DATABASE_REPLICA_URL: address(/^postgres(ql)?:$/, "postgres://user:password@replica:5432/name").optional(),
  EMBEDDED_POSTGRES_PORT: port("EMBEDDED_POSTGRES_PORT"),
};

/**
 * The login that owns the tables, for migrations, backups and the operators' console. The API's and the worker's
 * logins may not do what these do. Unset: DATABASE_URL is the owner's.
 */
export const ownerSettings = {
  ...databaseSettings,
  DATABASE_OWNER_URL: databaseSettings.DATABASE_URL.optional(),
};

export function ownerUrl(env: { DATABASE_URL: string; DATABASE_OWNER_URL?: string | undefined }): string {
  return env.DATABASE_OWNER_URL ?? env.DATABASE_URL;
}

const hostList = z
  .string()
  .regex(/^[\w.-]+:\d{1,5}(\s*,\s*[\w.-]+:\d{1,5})*$/, "must be a list such as host:26379,other:26379")
  .transform((list) => list.split(/\s*,\s*/));

/** One Redis, Sentinels, or a Cluster. Without any of them the queue is in PostgreSQL. */
export const queueSettings = {
  REDIS_URL: address(/^rediss?:$/, "redis://host:6379").optional(),
  REDIS_SENTINELS: hostList.optional(),
  REDIS_SENTINEL_NAME: z.string().optional(),
  REDIS_CLUSTER_NODES: hostList.optional(),
  /** For Sentinels and a Cluster; REDIS_URL may contain its own. */
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

/** The server that mails invitations and links for lost passwords. Without one, people pass the links on. */
export const mailSettings = {
  SMTP_URL: address(/^smtps?:$/, "smtps://user:password@mail.example.com").optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@<]@[^\s@>]+>?$/, "must be an address such as Acme <texts@example.com>")
    .optional(),
};

/** Whether texts go to the simulator: no account is set, or the simulator's is. */
export function carrierIsSimulator(env: { TWILIO_ACCOUNT_SID?: string | undefined }): boolean {
  return !env.TWILIO_ACCOUNT_SID || env.TWILIO_ACCOUNT_SID === SIMULATOR_ACCOUNT_SID;
}

/** Whether the database is the embedded one. Pass the raw environment, not the parsed one. */
export function databaseIsEmbedded(env: Environment): boolean {
  return !env.DATABASE_URL;
}

/** The queue's backend. A Cluster wins over Sentinels, and Sentinels over a single Redis. */
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
 * Checks and completes an environment. Empty variables count as unset. Derived variables (the embedded database's
 * address, the simulator's credentials, the public URL) are filled in. All faults are reported at once, as `NAME must
 * be …`, and never with a value, because values are secrets.
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

/** Adds the variables that follow from others, so that a second copy only needs other ports. */
function withDerived(given: Environment): Environment {
  // An invalid port is one fault: the address that contains it must not be a second one.
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

/** Embedded parts are for trials. A production that silently texts nobody is worse than one that does not start. */
function productionFaults(given: Environment, asks: (name: string) => boolean): string[] {
  if (given.NODE_ENV !== "production") return [];
  const faults: string[] = [];
  if (asks("DATABASE_URL") && !given.DATABASE_URL) faults.push("DATABASE_URL must be set in production");
  // Webhook signatures use it, and cookies are restricted to TLS only if it is https.
  if (asks("PUBLIC_URL") && !given.PUBLIC_URL) faults.push("PUBLIC_URL must be set in production");
  if (asks("PUBLIC_URL") && given.PUBLIC_URL && isOpenHttp(given.PUBLIC_URL)) {
    faults.push("PUBLIC_URL must begin with https:// in production: put a proxy with TLS before the API");
  }
  if (asks("REDIS_URL") && queueBackend(given) === "postgres")
    faults.push("REDIS_URL must be set in production");
  if (asks("TWILIO_ACCOUNT_SID") && carrierIsSimulator(given)) {
    faults.push("TWILIO_ACCOUNT_SID must be set in production");
  }
  // The simulator's token is public, and webhooks are signed with it.
  for (const name of ["TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_PREVIOUS"]) {
    if (asks(name) && given[name]?.toLowerCase() === SIMULATOR_AUTH_TOKEN)
      faults.push(`${name} must not be the simulator's in production`);
  }
  return faults;
}

/** Whether an address is plain http that leaves this machine. */
function isOpenHttp(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "http:" && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** Passwords from examples and images, and those that people choose in a hurry. */
const WELL_KNOWN_PASSWORDS = new Set([
  "smscrm",
  "postgres",
  "password",
  "secret",
  "changeme",
  "admin",
  "test",
]);

/** Returns a fault for each of these addresses with a guessable password, in production. */
export function passwordFaults(env: Environment, names: readonly string[]): string[] {
  if (env.NODE_ENV !== "production") return [];
  return names
    .filter((name) => hasGuessablePassword(env[name] ?? ""))
    .map((name) => `${name} must have a password of its own in production, not its user's name or a default`);
}

function hasGuessablePassword(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  const plain = password.toLowerCase();
  return plain !== "" && (plain === username.toLowerCase() || WELL_KNOWN_PASSWORDS.has(plain));
}

const PAIRS = [
  ["TWILIO_API_KEY", "TWILIO_API_SECRET"],
  ["TWILIO_API_SECRET", "TWILIO_API_KEY"],
  ["REDIS_SENTINELS", "REDIS_SENTINEL_NAME"],
  ["SMTP_URL", "MAIL_FROM"],
] as const;

function pairFaults(given: Environment, asks: (name: string) => boolean): string[] {
  return PAIRS.filter(([name, needed]) => asks(name) && given[name] && !given[needed]).map(
    ([name, needed]) => `${needed} must be set, because ${name} is`,
  );
}
