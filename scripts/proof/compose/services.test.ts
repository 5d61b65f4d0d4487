import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ownerSettings, parseEnvironment } from "@smscrm/core/process/environment";
import { apiSchema } from "@smscrm/server/environment";
import { workerEnvironment } from "@smscrm/worker/environment";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { projectFolder } from "../../start/runtime.ts";
import {
  DEVELOPMENT,
  exampleVariables,
  PRODUCTION,
  readCompose,
  readProject,
  type Service,
  variablesOf,
} from "./compose-file.ts";
import { copiedInto, imageOf, ownImage, stageOf, uidOf } from "./images.ts";
import { environmentOf, KNOWN, makeSecrets, OPTIONAL } from "./secrets.ts";

const production = readCompose(PRODUCTION, exampleVariables());
const development = readCompose(DEVELOPMENT);
const services = Object.entries(production.services);
const secrets = makeSecrets(KNOWN);
const filled = makeSecrets({ ...KNOWN, ...OPTIONAL });
afterAll(() => {
  secrets.remove();
  filled.remove();
});

const ours = services.filter(([, service]) => ["api", "worker", "backup"].includes(ownImage(service) ?? ""));
const secretIn = (value: unknown) => /^\/run\/secrets\/(\w+)$/.exec(String(value))?.[1];

/** Checks the environment of each of our processes: returns the faults that would keep it from starting. */
const FAULTS: Record<string, (env: Record<string, string>) => string[]> = {
  api: (env) => faultsOf(apiSchema, env),
  worker: (env) => {
    const read = workerEnvironment(env);
    return Array.isArray(read) ? read : [];
  },
  migrate: (env) => faultsOf(z.object(ownerSettings), env),
  ops: (env) => faultsOf(z.object(ownerSettings), env),
  // A shell script that needs only the address.
  backup: (env) => (env.DATABASE_URL ? [] : ["DATABASE_URL must be set"]),
};

function faultsOf(schema: z.ZodObject, env: Record<string, string>): string[] {
  const read = parseEnvironment(schema, env);
  return read.ok ? [] : read.faults;
}

describe("the environment of a service in production", () => {
  it.each(ours)("%s gets all that its process needs, from files that the script creates", (name, service) => {
    expect(Object.keys(FAULTS)).toContain(name);
    expect(FAULTS[name]!(environmentOf(service, secrets))).toEqual([]);
  });

  it("starts no process without a public address", () => {
    expect(() => readCompose(PRODUCTION, { SITE_ADDRESS: "texts.example.com" })).toThrow(/PUBLIC_URL/);
    for (const name of ["api", "worker"]) {
      const env = environmentOf(production.services[name]!, secrets);
      expect(FAULTS[name]!({ ...env, PUBLIC_URL: "" })).toContain("PUBLIC_URL must be set in production");
    }
  });

  it("brings every optional secret to the process that uses it", () => {
    const api = environmentOf(production.services.api!, filled);
    const worker = environmentOf(production.services.worker!, filled);
    const { SLACK_WEBHOOK_URL, PAGERDUTY_ROUTING_KEY, DATABASE_REPLICA_URL, SMTP_URL, ...carrier } = OPTIONAL;
    expect(api).toMatchObject({ ...carrier, DATABASE_REPLICA_URL, SMTP_URL });
    expect(worker).toMatchObject({ ...carrier, SLACK_WEBHOOK_URL, PAGERDUTY_ROUTING_KEY });
    expect(FAULTS.api!({ ...api, MAIL_FROM: "texts@example.com" })).toEqual([]);
    expect(FAULTS.worker!(worker)).toEqual([]);
  });

  it("gives the API and the worker their own logins, and the owner's login to neither", () => {
    const userOf = (name: string) =>
      new URL(environmentOf(production.services[name]!, secrets).DATABASE_URL!).username;
    expect(["api", "worker", "migrate", "backup", "ops"].map(userOf)).toEqual([
      "smscrm_api",
      "smscrm_worker",
      "smscrm",
      "smscrm",
      "smscrm",
    ]);
    for (const name of ["api", "worker"])
      expect(production.services[name]!.secrets).not.toContain("database_url");
    const migrate = environmentOf(production.services.migrate!, secrets);
    for (const [name, variable] of [
      ["api", "DATABASE_API_URL"],
      ["worker", "DATABASE_WORKER_URL"],
    ] as const)
      expect(migrate[variable]).toBe(environmentOf(production.services[name]!, secrets).DATABASE_URL);
  });

  it("lets the proxy's own network name a visitor's address, and nothing else", () => {
    const subnets = production.networks!.front!.ipam!.config.map(({ subnet }) => subnet);
    expect(production.services.api!.environment!.TRUSTED_PROXIES).toBe(subnets.join(","));
    expect(production.services.proxy!.networks).toEqual(["front"]);
    const inFront = services.filter(([, { networks }]) => networks?.includes("front")).map(([name]) => name);
    expect(inFront.sort()).toEqual(["api", "proxy", "web"]);
    const moved = readCompose(PRODUCTION, { ...exampleVariables(), FRONT_SUBNET: "10.77.0.0/24" });
    expect(moved.services.api!.environment!.TRUSTED_PROXIES).toBe("10.77.0.0/24");
    expect(moved.networks!.front!.ipam!.config).toEqual([{ subnet: "10.77.0.0/24" }]);
    const proxy = readProject("infra/docker/proxy.Caddyfile");
    expect(proxy).toContain("header_up X-Forwarded-For {remote_host}");
  });

  it("gives Prometheus the token with which the API and the worker answer it, and a stranger none", () => {
    const tokens = ["api", "worker", "ops"].map(
      (name) => environmentOf(production.services[name]!, secrets).METRICS_TOKEN!,
    );
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^[0-9a-f]{48}$/);
    const jobs = parse(readProject("infra/prometheus/prometheus.yml")).scrape_configs;
    for (const { authorization } of jobs)
      expect(authorization).toEqual({ credentials_file: "/run/secrets/metrics_token" });
    expect(production.services.prometheus!.secrets).toEqual(["metrics_token"]);
  });

  it("gives the owner the password that the server was created with", () => {
    const password = readFileSync(path.join(secrets.folder, "postgres_password"), "utf8");
    const { POSTGRES_USER, POSTGRES_DB } = production.services.postgres!.environment!;
    const owner = new URL(readFileSync(path.join(secrets.folder, "database_url"), "utf8"));
    expect(owner.username).toBe(POSTGRES_USER);
    expect(owner.password).toBe(password);
    expect(owner.pathname).toBe(`/${POSTGRES_DB}`);
    expect(owner.hostname).toBe("postgres");
  });

  it("has an example of every variable that the file reads", () => {
    const example = readProject("infra/.env.example");
    for (const name of variablesOf(PRODUCTION)) expect(example, name).toMatch(new RegExp(`^#?${name}=`, "m"));
  });
});

describe("the secrets", () => {
  it.each(services)("of %s can be read by its user, with the modes that the script gives", (_, service) => {
    const uid = uidOf(service);
    expect(uid).toBeGreaterThanOrEqual(0);
    for (const name of service.secrets ?? []) {
      const { mode, uid: owner } = statSync(path.join(secrets.folder, name));
      expect(mode & (owner === uid ? 0o400 : 0o004), `${name} for user ${uid}`).not.toBe(0);
    }
  });

  it("are closed to every other user of the machine, and nobody can write them", () => {
    expect(statSync(secrets.folder).mode & 0o777).toBe(0o700);
    for (const name of secrets.names)
      expect(statSync(path.join(secrets.folder, name)).mode & 0o777, name).toBe(0o444);
  });

  it("are mounted where they are read, and read where they are mounted", () => {
    const configured = readProject("infra/prometheus/alertmanager.yml");
    const example = readProject("infra/.env.example");
    for (const [name, service] of services) {
      const read = Object.values(service.environment ?? {}).flatMap((value) => secretIn(value) ?? []);
      if (name === "alertmanager")
        read.push(...[...configured.matchAll(/_file: \/run\/secrets\/(\w+)/g)].map(([, secret]) => secret!));
      if (name === "prometheus")
        read.push(
          ...[
            ...readProject("infra/prometheus/prometheus.yml").matchAll(/_file: \/run\/secrets\/(\w+)/g),
          ].map(([, secret]) => secret!),
        );
      // They may be encrypted, if infra/.env says so.
      if (name === "backup")
        read.push(...(/\/run\/secrets\/(backup_passphrase)/.exec(example)?.slice(1) ?? []));
      expect([...(service.secrets ?? [])].sort(), name).toEqual([...new Set(read)].sort());
    }
  });

  it("are the same in the compose file, from the script and on the runbook's page", () => {
    const section = readProject("docs/runbook.md").split("### Secrets\n")[1]!.split("\n### ")[0]!;
    const documented = [...section.matchAll(/^\| `(\w+)`\s*\|/gm)].map(([, name]) => name!).sort();
    expect(Object.keys(production.secrets!).sort()).toEqual(secrets.names);
    expect(documented).toEqual(secrets.names);
    for (const [name, { file }] of Object.entries(production.secrets!))
      expect(file).toBe(`./secrets/${name}`);
  });

  it("are listed in the runbook with who reads each", () => {
    for (const name of secrets.names) {
      const readers = services
        .filter(([, service]) => service.secrets?.includes(name))
        .map(([reader]) => reader);
      const row = readProject("docs/runbook.md")
        .split("\n")
        .find((line) => new RegExp(`^\\| \`${name}\`\\s*\\|`).test(line));
      const cells = row!.split("|").map((cell) => cell.trim());
      expect(cells[2]!.split(", ").sort(), name).toEqual(readers.sort());
    }
  });

  it("keep their values when the script runs again, and get the missing ones", () => {
    const again = makeSecrets({});
    try {
      const read = (name: string) => readFileSync(path.join(again.folder, name), "utf8");
      const [password, address] = [read("postgres_password"), read("database_api_url")];
      expect(again.make({})).toMatchObject({
        code: 1,
        output: expect.stringContaining("twilio_account_sid"),
      });
      expect(again.make(KNOWN)).toMatchObject({ code: 0 });
      expect(read("twilio_auth_token")).toBe(KNOWN.TWILIO_AUTH_TOKEN);
      expect(again.make({ TWILIO_AUTH_TOKEN: "another" }).code).toBe(0);
      expect(read("twilio_auth_token")).toBe(KNOWN.TWILIO_AUTH_TOKEN);
      expect([read("postgres_password"), read("database_api_url")]).toEqual([password, address]);
    } finally {
      again.remove();
    }
  });

  it("reach no image and no repository", () => {
    for (const file of [".dockerignore", ".gitignore"])
      expect(readProject(file)).toMatch(/^infra\/secrets\/?$/m);
  });
});

describe("each alert channel", () => {
  it("has its secret in both processes that notify: the worker and the Alertmanager", () => {
    for (const name of ["slack_webhook_url", "pagerduty_routing_key"]) {
      const readers = services
        .filter(([, service]) => service.secrets?.includes(name))
        .map(([reader]) => reader);
      expect(readers.sort()).toEqual(["alertmanager", "worker"]);
    }
  });

  it("can be reached from both", () => {
    const outside = (network: string) => !production.networks![network]?.internal;
    for (const name of ["worker", "alertmanager", "api", "backup"])
      expect(production.services[name]!.networks!.some(outside), name).toBe(true);
  });
});

const both: [string, Service][] = [
  ...services,
  ...Object.entries(development.services).map(([name, service]): [string, Service] => [
    `${name} in development`,
    service,
  ]),
];

describe("what a service starts", () => {
  it.each(both)("%s: its programs are in the image", (_, service) => {
    const { programs } = imageOf(service);
    const own = ownImage(service);
    const started = service.command?.[0]?.startsWith("-") ? [] : (service.command ?? []).slice(0, 1);
    const checked = service.healthcheck?.test.slice(1, 2) ?? [];
    const built = own
      ? stageOf(own)!
          .lines.filter(([instruction]) => ["CMD", "ENTRYPOINT", "HEALTHCHECK"].includes(instruction))
          .flatMap(([, rest]) => /\["([^"]+)"/.exec(rest)?.[1] ?? [])
      : [];
    for (const program of [...started, ...checked, ...built])
      expect(Object.keys(programs)).toContain(program);
  });

  it.each(both.filter(([, service]) => ownImage(service)))("%s: its files are in the image", (_, service) => {
    const own = ownImage(service)!;
    const command =
      service.command ??
      (JSON.parse(stageOf(own)!.lines.findLast(([instruction]) => instruction === "CMD")![1]) as string[]);
    const copied = copiedInto(own);
    const isCopied = (file: string) => copied.some((from) => file === from || file.startsWith(`${from}/`));
    const { scripts } = JSON.parse(readProject("package.json")) as { scripts: Record<string, string> };
    const text = command[0] === "pnpm" ? scripts[command[1]!]! : command.join(" ");
    const files = [...text.matchAll(/[\w/.-]+\.(?:ts|sh)\b/g)].map(([file]) => file);
    for (const file of files) {
      expect(existsSync(path.join(projectFolder, file)), file).toBe(true);
      expect(isCopied(file), file).toBe(true);
    }
  });

  it("the console's commands find their files and packages in the API's image", () => {
    const copied = copiedInto("api");
    const linked = stageOf("packages")!
      .lines.map(([, rest]) => rest)
      .join("\n");
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      expect(
        copied.some((from) => file === from || file.startsWith(`${from}/`)),
        file,
      ).toBe(true);
      for (const [, from] of readProject(file).matchAll(/from "([^"]+)"/g)) {
        if (from!.startsWith(".")) visit(path.join(path.dirname(file), from!));
        else if (!from!.startsWith("node:") && !from!.startsWith("@smscrm/"))
          expect(linked, `${from} of ${file}`).toMatch(new RegExp(`node_modules/${from}\\b`));
      }
    };
    for (const command of ["scripts/ops.ts", "scripts/doctor.ts"]) visit(command);
    expect(seen.size).toBeGreaterThan(8);
  });

  it("pnpm in a container runs a script of package.json, with the secrets loaded", () => {
    const bin = mkdtempSync(path.join(tmpdir(), "smscrm-bin-"));
    writeFileSync(path.join(bin, "entrypoint"), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    // There is no /app here.
    const script = readProject("infra/docker/pnpm.sh").replace("cd /app", "cd /");
    const run = (...words: string[]) =>
      spawnSync("sh", ["-c", script, "pnpm", ...words], {
        env: { PATH: `${bin}:${process.env.PATH}` },
        encoding: "utf8",
      }).stdout.trim();
    expect(run("ops", "pause", "--all", "--reason", "An incident")).toBe(
      "bun run ops pause --all --reason An incident",
    );
    expect(run("run", "doctor")).toBe("bun run doctor");
    rmSync(bin, { recursive: true });
  });

  it("a Caddy without capabilities is an image that needs none", () => {
    for (const [name, service] of both) {
      const isCaddy = service.image?.startsWith("caddy:") || ownImage(service) === "web";
      if (!isCaddy || !service.cap_drop?.includes("ALL")) continue;
      const unmarked = ownImage(service) && /\bcp \/usr\/bin\/caddy\b/.test(runsOf("web"));
      expect(unmarked || service.cap_add?.includes("NET_BIND_SERVICE"), name).toBeTruthy();
    }
  });

  it("a service that can't write to its image has a /tmp, and a volume for its files", () => {
    for (const [name, service] of both.filter(([, { read_only }]) => read_only)) {
      expect(service.tmpfs, name).toContain("/tmp");
      if (ownImage(service) === "api" && service.command === undefined)
        expect(service.volumes, name).toContain("webhooks:/var/lib/smscrm");
    }
    // Programs that need a home, such as gpg, get a writable one.
    expect(
      stageOf("backup")!.lines.some(
        ([instruction, rest]) => instruction === "ENV" && /\bHOME=\/tmp\b/.test(rest),
      ),
    ).toBe(true);
  });
});

const runsOf = (stage: string) =>
  stageOf(stage)!
    .lines.filter(([instruction]) => instruction === "RUN")
    .map(([, rest]) => rest)
    .join("\n");

describe("Prometheus", () => {
  const config = parse(readProject("infra/prometheus/prometheus.yml")) as {
    alerting: { alertmanagers: { static_configs: { targets: string[] }[] }[] };
    scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
  };
  const networksOf = (name: string) => production.services[name]!.networks!;

  it("reaches each replica and the Alertmanager over one network", () => {
    const scraped = config.scrape_configs.flatMap(({ dns_sd_configs }) =>
      dns_sd_configs.map(({ names, port }) => ({ name: names[0]!, port })),
    );
    expect(scraped).toEqual([
      { name: "api", port: 3000 },
      { name: "worker", port: 3002 },
    ]);
    for (const { name } of scraped)
      expect(networksOf(name).filter((network) => networksOf("prometheus").includes(network))).toHaveLength(
        1,
      );
    const [manager] = config.alerting.alertmanagers[0]!.static_configs[0]!.targets;
    expect(manager).toBe("alertmanager:9093");
    expect(networksOf("alertmanager").some((network) => networksOf("prometheus").includes(network))).toBe(
      true,
    );
  });
});

describe("the product in development's containers", () => {
  it("has the simulator where API and worker expect it: on their own loopback", () => {
    expect(development.services.simulator!.network_mode).toBe("service:api");
    expect(development.services.worker!.network_mode).toBe("service:api");
    expect(development.services.api!.ports).toContain("127.0.0.1:4010:4010");
    const worker = workerEnvironment(development.services.worker!.environment!);
    expect(worker).toMatchObject({ carrier: "simulator", SIMULATOR_PORT: 4010 });
  });
});
