import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fourPorts, portVariables } from "../test/free-ports.ts";
import { startProduct } from "../test/started-product.ts";
import { testEnvironment } from "../test/vitest.ts";

/** A running copy of the whole product, as `pnpm start` creates it, with only the demo tenant. */
export interface RunningProduct {
  url: string;
  simulatorUrl: string;
  signIn: { email: string; password: string };
  /** Its ports and data folder, for a command at the console. */
  environment: Record<string, string>;
  stop: () => Promise<void>;
}

/** Runs in parallel must not take each other's tickets. The worker's own tests use the first databases. */
const FIRST_REDIS_DATABASE = 8;

function redisOfItsOwn(): Record<string, string> {
  if (!process.env.REDIS_URL) return {};
  const database = FIRST_REDIS_DATABASE + (Number(process.env.VITEST_POOL_ID ?? 1) % 8);
  return { REDIS_URL: `${process.env.REDIS_URL.replace(/\/\d*$/, "")}/${database}` };
}

/** Starts the product. With REDIS_URL the queue is in Redis, otherwise in PostgreSQL. */
export async function runProduct(): Promise<RunningProduct> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "smscrm-journey-"));
  const ports = await fourPorts();
  const redis = redisOfItsOwn();
  const environment = { ...portVariables(ports), DATA_DIR: dataDir };
  const product = startProduct({ ...testEnvironment(redis), ...environment });
  const stop = async () => {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  if (!(await product.ready)) {
    await stop();
    throw new Error(`The product did not start:\n${product.output()}`);
  }
  return {
    url: `http://127.0.0.1:${ports.PORT}`,
    simulatorUrl: `http://127.0.0.1:${ports.SIMULATOR_PORT}`,
    environment,
    signIn: JSON.parse(readFileSync(path.join(dataDir, "demo-sign-in.json"), "utf8")),
    stop,
  };
}
