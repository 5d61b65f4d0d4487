import process from "node:process";
import { readEnv } from "./env.ts";
import { type RunningSimulator, startSimulator } from "./start.ts";

const SHUTDOWN_LIMIT_MS = 5000;

try {
  const running = await startSimulator(readEnv(process.env));
  console.log(`Twilio simulator on ${running.url} (handsets: ${running.url}/)`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void shutDown(running));
} catch (error) {
  console.error(sentenceFor(error));
  process.exitCode = 1;
}

async function shutDown(running: RunningSimulator): Promise<void> {
  setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
  await running.close();
  process.exit(0);
}

function sentenceFor(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "EADDRINUSE") return "The simulator's port is in use: set SIMULATOR_PORT to another one.";
  return message ?? String(error);
}
