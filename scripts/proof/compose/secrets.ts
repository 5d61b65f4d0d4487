import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectFolder } from "../../start/runtime.ts";
import type { Service } from "./compose-file.ts";

/** Values that an operator must set before the first start. */
export const KNOWN = {
  TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "0123456789abcdef0123456789abcdef",
};
/** Optional values. */
export const OPTIONAL = {
  TWILIO_AUTH_TOKEN_PREVIOUS: "fedcba9876543210fedcba9876543210",
  TWILIO_API_KEY: `SK${"2".repeat(32)}`,
  TWILIO_API_SECRET: "of-the-key",
  SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x",
  PAGERDUTY_ROUTING_KEY: "r".repeat(32),
  SMTP_URL: "smtps://texts:secret@mail.example.com",
  DATABASE_REPLICA_URL: "postgres://smscrm_api:x@replica:5432/smscrm",
};

const MAKE = path.join(projectFolder, "infra/docker/make-secrets.sh");
const ENTRYPOINT = path.join(projectFolder, "infra/docker/entrypoint.sh");

export interface Secrets {
  folder: string;
  names: string[];
  /** Runs the script again, with other values. */
  make: (values: Record<string, string>) => { code: number | null; output: string };
  remove: () => void;
}

/** Creates secrets with the script, in a folder of their own. */
export function makeSecrets(values: Record<string, string>): Secrets {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), "smscrm-secrets-")), "secrets");
  const make = (given: Record<string, string>) => {
    const env = { PATH: process.env.PATH, SECRETS_DIR: folder, ...given };
    const { status, stdout, stderr } = spawnSync(MAKE, { env, encoding: "utf8", timeout: 30_000 });
    return { code: status, output: stdout + stderr };
  };
  const { code, output } = make(values);
  if (code === null) throw new Error(`make-secrets.sh did not run: ${output}`);
  return {
    folder,
    names: readdirSync(folder).sort(),
    make,
    remove: () => rmSync(path.dirname(folder), { recursive: true, force: true }),
  };
}

/** Returns the environment of a service's process: the compose file's, read by the image's own entrypoint. */
export function environmentOf(service: Service, { folder }: Secrets): Record<string, string> {
  const given = Object.entries(service.environment ?? {}).map(([name, value]) => {
    const secret = /^\/run\/secrets\/(\w+)$/.exec(String(value))?.[1];
    if (!secret) return [name, String(value)];
    // Secrets that the service does not name are not mounted.
    return [name, service.secrets?.includes(secret) ? path.join(folder, secret) : "/run/secrets/not-mounted"];
  });
  const env = { PATH: process.env.PATH, ...Object.fromEntries(given) };
  const { status, stdout, stderr } = spawnSync("sh", [ENTRYPOINT, "env", "-0"], {
    env,
    encoding: "utf8",
    timeout: 30_000,
  });
  if (status !== 0) throw new Error(stderr);
  return Object.fromEntries(
    stdout
      .split("\0")
      .filter((line) => line.includes("="))
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}
