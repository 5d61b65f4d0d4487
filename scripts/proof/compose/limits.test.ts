import { API_POOLS } from "@smscrm/server/environment";
import { WORKER_POOLS } from "@smscrm/worker/environment";
import { describe, expect, it } from "vitest";
import {
  type ComposeFile,
  DEVELOPMENT,
  exampleVariables,
  PRODUCTION,
  readCompose,
  readProject,
} from "./compose-file.ts";

const sum = (pools: Record<string, number>) => Object.values(pools).reduce((total, size) => total + size, 0);

/** Reserved for superusers (superuser_reserved_connections), and for people with psql. */
const RESERVED = 3 + 10;
/**
 * A console that drains opens its two pools and the queue's. A backup dumps on one connection and records itself on
 * another.
 */
const TOOLS = 2 + 2 + WORKER_POOLS.queue + 2;
/** PostgreSQL's default. */
const DEFAULT_MAX = 100;

function wantedBy({ services }: ComposeFile): number {
  const replicas = (name: string) => services[name]?.deploy?.replicas ?? (services[name] ? 1 : 0);
  // A worker's start checks the schema on one more connection.
  return replicas("api") * sum(API_POOLS) + replicas("worker") * (sum(WORKER_POOLS) + 1) + TOOLS + RESERVED;
}

function allowedBy({ services }: ComposeFile): number {
  const setting = services.postgres!.command?.find((word) => word.startsWith("max_connections="));
  return setting ? Number(setting.split("=")[1]) : DEFAULT_MAX;
}

describe("the connections that PostgreSQL allows", () => {
  it.each([
    ["production", readCompose(PRODUCTION, exampleVariables())],
    ["development", readCompose(DEVELOPMENT)],
  ])("are enough for all pools of all replicas in %s", (_, file) => {
    expect(allowedBy(file)).toBeGreaterThanOrEqual(wantedBy(file));
  });

  it("are enough for a second API while its replicas are replaced one by one", () => {
    const file = readCompose(PRODUCTION, exampleVariables());
    expect(allowedBy(file)).toBeGreaterThanOrEqual(wantedBy(file) + sum(API_POOLS));
  });

  it("are counted from the sizes that the processes use: pool sizes are set nowhere else", () => {
    for (const file of ["server/databases.ts", "worker/worker.ts", "worker/dispatch/tickets.ts"]) {
      const source = readProject(file);
      expect(source, file).not.toMatch(/\bmax: \d/);
      const pools = source.match(/\b(openPipeline|openTenantDatabase|new pg\.Pool)\(/g) ?? [];
      const sizes = source.match(/\bmax: (API|WORKER)_POOLS\.\w+/g) ?? [];
      expect(sizes.length, file).toBe(pools.length);
    }
    const used = ["server/databases.ts", "worker/worker.ts", "worker/dispatch/tickets.ts"]
      .map(readProject)
      .join("\n");
    for (const pool of Object.keys(API_POOLS)) expect(used).toContain(`API_POOLS.${pool}`);
    for (const pool of Object.keys(WORKER_POOLS)) expect(used).toContain(`WORKER_POOLS.${pool}`);
  });
});

describe("Redis", () => {
  it("refuses to store more before its container runs out of memory", () => {
    const { command, deploy } = readCompose(PRODUCTION, exampleVariables()).services.redis!;
    const megabytes = (text: string) => Number(/^(\d+)m/i.exec(text)![1]);
    const most = megabytes(command![command!.indexOf("--maxmemory") + 1]!);
    expect(most).toBeLessThanOrEqual(megabytes(deploy!.resources!.limits.memory) * 0.8);
  });
});
