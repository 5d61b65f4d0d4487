import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { ownPostgres } from "./own-postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A superuser's address on a server of this run. */
    testDatabaseUrl: string;
  }
}

type Run = { url: string; stop(): Promise<void> };

// Vitest calls the setup once for each project. They share one server, and the last project stops it.
let run: Promise<Run> | null = null;
let users = 0;

/**
 * Starts one real PostgreSQL in a temporary folder for the whole run, unless TEST_DATABASE_URL names one. It stops
 * after the last test, also after failures, and when the run itself is killed.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    project.provide("testDatabaseUrl", given);
    return async () => {};
  }
  users++;
  run ??= startTestPostgres();
  const { url, stop } = await run;
  project.provide("testDatabaseUrl", url);
  return async () => {
    if (--users === 0) await stop();
  };
}

/** Starts a PostgreSQL of its own in a temporary folder. `url` is a superuser's. */
export async function startTestPostgres(): Promise<Run> {
  const folder = await mkdtemp(path.join(tmpdir(), "smscrm-test-"));
  const server = await ownPostgres(path.join(folder, "postgres"));
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}
