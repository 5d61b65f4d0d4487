import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import type { Browser, Page } from "playwright-core";
import { buildClientIfStale } from "../../start/client-build.ts";
import { openBoundedLog } from "../../start/output/bounded-log.ts";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";
import { startDrillPart } from "../drill/part.ts";
import { runScript, type ScriptRun } from "../operations/run-script.ts";
import { ownPostgres } from "../test/own-postgres.ts";
import { launchBrowser } from "./browser.ts";

const ARTEFACTS = path.join(projectFolder, "artefacts");

export type Production = Awaited<ReturnType<typeof startProduction>>;

/**
 * Starts production from the beginning: a migrated database of its own, the API and a browser. It sends nothing, so no
 * worker runs. `host`: what the browser calls this machine.
 */
export async function startProduction(host: "127.0.0.1" | "localhost") {
  mkdirSync(ARTEFACTS, { recursive: true });
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-first-"));
  await buildClientIfStale({
    folder: projectFolder,
    env: process.env,
    prefix: [],
    log: openBoundedLog(path.join(folder, "build.log")),
    stop: new AbortController().signal,
    say: () => {},
  });
  const postgres = await ownPostgres(path.join(folder, "postgres"));
  const port = await freePort();
  const url = `http://${host}:${port}`;
  const environment = {
    NODE_ENV: "production",
    DATABASE_URL: postgres.url,
    // An operator must name these logins, because production refuses the owner's.
    DATABASE_API_URL: loginOf(postgres.url, "smscrm_api"),
    DATABASE_WORKER_URL: loginOf(postgres.url, "smscrm_worker"),
    REDIS_URL: "redis://127.0.0.1:6379",
    TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "0123456789abcdef0123456789abcdef",
    PUBLIC_URL: url,
    PORT: String(port),
    HOST: "127.0.0.1",
    DATA_DIR: folder,
    LOG_LEVEL: "debug",
    LEAVE_SECONDS: "0",
  };
  const bun = (...words: string[]): Promise<ScriptRun> =>
    runScript([runtimeProgram("bun"), ...words], { env: environment });
  for (const file of ["db/migrate.ts", "server/seed.ts"]) {
    const { code, output } = await bun(file);
    if (code !== 0) throw new Error(`${file} failed:\n${output}`);
  }
  const [api, browser] = await Promise.all([
    startDrillPart("server/main.ts", `http://127.0.0.1:${port}/health`, environment),
    launchBrowser(),
  ]);
  const tokens: string[] = [];
  return {
    url,
    environment,
    api,
    /** The owner's address of the database. */
    databaseUrl: postgres.url,
    /** The tokens of all links that the console printed. */
    tokens,
    bun,
    /** Returns the output of a console command, and the link in it. */
    async ops(...words: string[]): Promise<{ output: string; link: string }> {
      const { code, output } = await bun("scripts/ops.ts", ...words);
      if (code !== 0) throw new Error(output);
      const link = /^http\S+#\S+$/m.exec(output)?.[0] ?? "";
      if (link) tokens.push(link.split("#")[1]!);
      return { output, link };
    },
    strangersPage: () => strangersPage(browser),
    shot: (page: Page, name: string) => page.screenshot({ path: path.join(ARTEFACTS, `${name}.png`) }),
    async signIn(page: Page, email: string, password: string): Promise<void> {
      await page.goto(`${url}/sign-in`);
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
    },
    async stop() {
      await browser.close();
      await api.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function loginOf(owner: string, name: string): string {
  const login = new URL(owner);
  login.username = name;
  login.password = randomBytes(18).toString("hex");
  return login.href;
}

/** Opens a browser without any earlier sign-in. */
async function strangersPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-AU" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return page;
}
