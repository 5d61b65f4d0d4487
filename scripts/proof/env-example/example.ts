import {
  carrierSettings,
  databaseSettings,
  processSettings,
  queueSettings,
} from "@smscrm/core/process/environment";
import { type WorkerEnvironment, workerEnvironment } from "@smscrm/worker/environment";

/** What a variable is for, and, if its schema has no plain default, what applies while it is unset. */
interface Words {
  what: string;
  unset?: string;
}

/** The variables that a worker reads. The type check fails if one is missing or left over. */
export const WORKER_VARIABLES = {
  NODE_ENV: { what: "Production refuses to start without a database, a queue and a carrier of your own." },
  PORT: { what: "Port of the API and the dashboard." },
  WORKER_PORT: { what: "Port of the worker's /health and /metrics." },
  HOST: {
    what: "Address to listen at.",
    unset: "this machine alone while the carrier is the simulator, else everywhere",
  },
  PUBLIC_URL: {
    what: "Where Twilio and browsers reach the API; webhook signatures are computed over it. Opt-out links in texts begin with it: after a change keep the old address working. In production https, or this machine.",
    unset: "http://127.0.0.1 and PORT",
  },
  METRICS_TOKEN: {
    what: "With it (Authorization: Bearer …) a program elsewhere reads /metrics and what /ready and /health leave out. A secret.",
    unset: "only this machine reads them",
  },
  DATA_DIR: { what: "Folder of the embedded database, the logs and the webhooks that wait on the disk." },
  DATABASE_URL: {
    what: "Your PostgreSQL (15 or newer), such as postgres://user:password@host:5432/name.",
    unset: "the embedded PostgreSQL",
  },
  DATABASE_API_URL: {
    what: "The API's own login, such as postgres://smscrm_api:password@host:5432/name. pnpm migrate makes it.",
    unset: "DATABASE_URL",
  },
  DATABASE_WORKER_URL: {
    what: "The worker's own login, such as postgres://smscrm_worker:password@host:5432/name. pnpm migrate makes it.",
    unset: "DATABASE_URL",
  },
  DATABASE_REPLICA_URL: { what: "A hot standby, from which exports are read.", unset: "the database itself" },
  EMBEDDED_POSTGRES_PORT: { what: "Port of the embedded PostgreSQL." },
  REDIS_URL: {
    what: "One Redis (7 or newer), such as redis://host:6379.",
    unset: "the queue lives in PostgreSQL",
  },
  REDIS_SENTINELS: { what: "Sentinels instead, such as host:26379,other:26379.", unset: "no Sentinels" },
  REDIS_SENTINEL_NAME: { what: "Name of the master; needed with REDIS_SENTINELS.", unset: "no Sentinels" },
  REDIS_CLUSTER_NODES: {
    what: "A Redis Cluster instead, such as host:6379,other:6379.",
    unset: "no Cluster",
  },
  REDIS_USERNAME: { what: "User of Redis, Sentinels or Cluster.", unset: "what REDIS_URL says, or none" },
  REDIS_PASSWORD: { what: "Its password. A secret.", unset: "what REDIS_URL says, or none" },
  TWILIO_ACCOUNT_SID: { what: "Twilio's account: AC and 32 digits.", unset: "the simulator" },
  TWILIO_AUTH_TOKEN: { what: "Its token; signs webhooks too. A secret.", unset: "the simulator's" },
  TWILIO_AUTH_TOKEN_PREVIOUS: {
    what: "The token before, while webhooks are still signed with it. A secret.",
    unset: "one token is taken",
  },
  TWILIO_API_KEY: { what: "A key to send with: SK and 32 digits.", unset: "the auth token" },
  TWILIO_API_SECRET: { what: "The key's secret; needed with TWILIO_API_KEY.", unset: "the auth token" },
  SIMULATOR_PORT: { what: "Port of the Twilio simulator." },
  PAGERDUTY_ROUTING_KEY: { what: "Pages critical alerts. A secret.", unset: "the log and the dashboard" },
  PAGERDUTY_EVENTS_URL: { what: "PagerDuty's address; the EU has its own." },
  SLACK_WEBHOOK_URL: { what: "Hears warnings. A secret.", unset: "the log and the dashboard" },
  AUDIT_SIGNING_KEY: {
    what: "Signs the end of each audit log every hour: an Ed25519 key in PKCS#8 PEM, line ends as \\n. A secret.",
    unset: "nothing is signed; with the embedded database a key in DATA_DIR",
  },
  AUDIT_COPY: {
    what: "Where signed heads are copied, one line each: file:/path/heads.jsonl or syslog://host:port.",
    unset: "they are in the database alone",
  },
  ERASURE_LIST: {
    what: "The file that keeps the list of erased people (as keyed hashes) outside of the database, so that a restore erases them again. It has the key of the hashes, so it is a secret.",
    unset: "the list is in the database alone; with the embedded database a file in DATA_DIR",
  },
  SEND_CONCURRENCY: { what: "Requests to the carrier that one worker may have under way." },
  LOG_LEVEL: { what: "The least severe lines that are logged." },
} satisfies Record<Exclude<keyof WorkerEnvironment, "carrier" | "isEmbedded">, Words>;

/** The variables that only the API reads. A test compares their names with its schema. */
export const API_VARIABLES = {
  LOG_LEVEL: WORKER_VARIABLES.LOG_LEVEL,
  TRUSTED_PROXIES: {
    what: "Addresses and ranges of the proxies that may name a visitor's address in X-Forwarded-For, such as 172.30.83.0/24.",
    unset: "none in production, else this machine's own",
  },
  SMTP_URL: {
    what: "Mail server for invitations and lost passwords: smtps://user:password@host, or smtp:// with STARTTLS. A secret.",
    unset: "no e-mail is sent; the person who invites passes the link on",
  },
  MAIL_FROM: {
    what: "The sender of these mails, such as Acme <texts@example.com>; needed with SMTP_URL.",
    unset: "no e-mail is sent",
  },
  SECRETS_KEY: {
    what: "Encrypts client secrets of identity providers in the database: 32 bytes in base64 or hexadecimal. A secret.",
    unset: "no client secret can be stored; with the embedded database a key in DATA_DIR",
  },
  SECRETS_KEY_PREVIOUS: {
    what: "The key before, while secrets are still encrypted with it. A secret.",
    unset: "only SECRETS_KEY is used",
  },
  SSO_PRIVATE_NETWORKS: {
    what: "Addresses and ranges inside where identity providers may be, such as 10.20.0.0/16.",
    unset: "none; outside production this machine",
  },
  PUBLIC_STATUS_PAGE: {
    what: "on: /status shows everybody whether the service is up, how fast messages are delivered, and incidents; nothing of an organisation.",
    unset: "the page does not exist",
  },
  LEAVE_SECONDS: {
    what: "How long a stopping API serves on, so that a balancer lets go of it.",
    unset: "3 in production, else 0",
  },
} satisfies Record<string, Words>;

const SHARED = { ...processSettings, ...databaseSettings, ...queueSettings, ...carrierSettings };

const HEAD = `# Generated by scripts/proof/env-example.ts from what the processes read; run it after a change.
# Copy it to .env and take the # away from what you set. Bun reads .env from the folder that it is started in.
`;

/** Returns the text of `.env.example`: each variable with its purpose, its default, and who reads it. */
export function envExample(): string {
  const defaults = defaultsOf();
  const variables: [string, Words][] = Object.entries({ ...WORKER_VARIABLES, ...API_VARIABLES });
  const entries = variables.map(([name, words]) => {
    const preset = words.unset === undefined ? defaults[name] : undefined;
    const unset = words.unset ?? preset;
    if (unset === undefined)
      throw new Error(`${name} has no default: say in its words what holds while it is unset.`);
    return `# ${words.what} Unset: ${unset}. Read by: ${readersOf(name)}.\n#${name}=${preset ?? ""}\n`;
  });
  return [HEAD, ...entries].join("\n");
}

/** Returns a worker's defaults. */
function defaultsOf(): Record<string, unknown> {
  const environment = workerEnvironment({});
  if (Array.isArray(environment)) throw new Error(environment.join("\n"));
  return { ...environment };
}

function readersOf(name: string): string {
  const readers = [
    ...(name in SHARED || name in API_VARIABLES ? ["API"] : []),
    ...(name in WORKER_VARIABLES ? ["worker"] : []),
  ];
  return readers.join(", ");
}
