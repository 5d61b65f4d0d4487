import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "@smscrm/core/process/environment";
import { createTestDatabase, type TestDatabase } from "@smscrm/db/testing/test-database";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";

const BUN = runtimeProgram("bun");
const STARTED = { "server/main.ts": "The API listens", "worker/main.ts": '"started"' } as const;
type Main = keyof typeof STARTED;

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "smscrm-start-"));
});
afterAll(async () => {
  const owner = postgres(database.url, { max: 1, onnotice: () => {} });
  await owner.unsafe("drop role if exists strong_owner");
  await owner.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a real process as in production. Returns its output, and whether it runs; a running process is then stopped. */
async function start(main: Main, more: Record<string, string>): Promise<{ runs: boolean; output: string }> {
  const env = {
    PATH: process.env.PATH ?? "",
    NODE_ENV: "production",
    REDIS_URL: "redis://127.0.0.1:1",
    TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "0123456789abcdef0123456789abcdef",
    PUBLIC_URL: "https://texts.example.com",
    HOST: "127.0.0.1",
    PORT: String(await freePort()),
    WORKER_PORT: String(await freePort()),
    DATA_DIR: folder,
    ...more,
  };
  const child = spawn(BUN, [main], { cwd: projectFolder, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const ended = once(child, "exit").then(() => false);
  const started = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        output += text;
        if (output.includes(STARTED[main])) resolve(true);
      });
    }
  });
  const runs = await Promise.race([started, ended]);
  child.kill("SIGKILL");
  await ended;
  return { runs, output };
}

/** Returns the owner's address with a strong password, which the server accepts as well. */
async function strongOwner(): Promise<string> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql.unsafe("drop role if exists strong_owner");
  await sql.unsafe("create role strong_owner superuser login password 'p5uYq0TzGh'");
  await sql.end();
  const url = new URL(database.url);
  [url.username, url.password] = ["strong_owner", "p5uYq0TzGh"];
  return url.href;
}

describe.each([
  { main: "server/main.ts", variable: "DATABASE_API_URL" },
  { main: "worker/main.ts", variable: "DATABASE_WORKER_URL" },
] as const)("$main in production", ({ main, variable }) => {
  it("refuses a superuser's login, and says which variable to set", async () => {
    const { runs, output } = await start(main, { DATABASE_URL: await strongOwner() });
    expect(runs).toBe(false);
    expect(output).toContain("The database login strong_owner is a superuser");
    expect(output).toContain(`Set ${variable} to one, run pnpm migrate`);
    expect(output).not.toContain("p5uYq0TzGh");
  }, 30_000);

  it.each(["smscrm:smscrm", "smscrm_api:smscrm_api", "smscrm_worker:postgres"])(
    "refuses the password of %s before it connects",
    async (credentials) => {
      const url = new URL(database.url);
      [url.username, url.password] = credentials.split(":") as [string, string];
      const { runs, output } = await start(main, { DATABASE_URL: url.href });
      expect(runs).toBe(false);
      expect(output).toMatch(/^DATABASE_URL must have a password of its own in production/);
    },
    30_000,
  );

  it("refuses to start without its own address, with the simulator's account, and with the simulator's token", async () => {
    const own = { DATABASE_URL: database.logins[variable] };
    const faults: [Record<string, string>, string][] = [
      [{ PUBLIC_URL: "" }, "PUBLIC_URL must be set in production"],
      [{ TWILIO_ACCOUNT_SID: SIMULATOR_ACCOUNT_SID }, "TWILIO_ACCOUNT_SID must be set in production"],
      [
        { TWILIO_AUTH_TOKEN: SIMULATOR_AUTH_TOKEN },
        "TWILIO_AUTH_TOKEN must not be the simulator's in production",
      ],
      [{ METRICS_TOKEN: "short" }, "METRICS_TOKEN must have at least 16 characters, none of them a space"],
    ];
    for (const [more, fault] of faults) {
      const { runs, output } = await start(main, { ...own, ...more });
      expect(runs, fault).toBe(false);
      expect(output).toContain(fault);
      expect(output).not.toContain(SIMULATOR_AUTH_TOKEN);
    }
  }, 60_000);

  it("starts with the login that pnpm migrate created, given as DATABASE_URL or by its own name", async () => {
    const own = database.logins[variable];
    expect(await start(main, { DATABASE_URL: own })).toMatchObject({ runs: true });
    const both = { DATABASE_URL: database.url, [variable]: own };
    expect(await start(main, both)).toMatchObject({ runs: true });
  }, 30_000);

  it("only warns outside production", async () => {
    const { runs, output } = await start(main, {
      NODE_ENV: "development",
      DATABASE_URL: database.url,
      LOG_LEVEL: "info",
    });
    expect(runs).toBe(true);
    expect(output.match(/The database login smscrm is a superuser/g)).toHaveLength(1);
  }, 30_000);
});

it("the API in production refuses a superuser's login on the replica, too", async () => {
  const { runs, output } = await start("server/main.ts", {
    DATABASE_URL: database.logins.DATABASE_API_URL,
    DATABASE_REPLICA_URL: await strongOwner(),
  });
  expect(runs).toBe(false);
  expect(output).toContain("DATABASE_REPLICA_URL: The database login strong_owner is a superuser");
}, 30_000);

describe("pnpm migrate", () => {
  const migrate = async (env: Record<string, string>) => {
    const child = spawn(BUN, ["db/migrate.ts"], {
      cwd: projectFolder,
      env: { PATH: process.env.PATH ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        output += text;
      });
    }
    const [code] = await once(child, "exit");
    return { code, output };
  };

  it("accepts the owner in production, too, and gives the logins their passwords", async () => {
    const { code, output } = await migrate({
      NODE_ENV: "production",
      DATABASE_URL: database.url,
      ...database.logins,
    });
    expect(output).toContain("The logins of the API and the worker have their passwords.");
    expect(code).toBe(0);
  }, 30_000);

  it("in the API's container says that the schema is complete, or who should migrate it", async () => {
    const env = { NODE_ENV: "production", DATABASE_URL: database.logins.DATABASE_API_URL };
    expect(await migrate(env)).toEqual({ code: 0, output: "The database has this version's schema.\n" });
    const owner = postgres(database.url, { max: 1 });
    const [last] = await owner`
      delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations) returning *`;
    const { code, output } = await migrate(env);
    await owner`insert into drizzle.__drizzle_migrations ${owner(last!)}`;
    await owner.end();
    expect(code).toBe(1);
    expect(output).toMatch(
      /^The database lacks 1 of this version's migrations, and smscrm_api_pipeline does not own its tables\. Run pnpm migrate with the owner's address/,
    );
  }, 30_000);

  it("creates no login with a default password in production", async () => {
    const url = new URL(database.url);
    [url.username, url.password] = ["smscrm_api", "smscrm_api"];
    const env = { NODE_ENV: "production", DATABASE_URL: database.url, DATABASE_API_URL: url.href };
    expect(await migrate(env)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^DATABASE_API_URL must have a password of its own/),
    });
  }, 30_000);
});
