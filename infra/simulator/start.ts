import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { SimulatorOptions } from "./settings.ts";
import { createSimulator, type Simulator } from "./simulator.ts";

const CLOSE_LIMIT_MS = 3000;
/**
 * Node would close a connection after 5 s without a request. A client that reuses it at that moment gets no answer, and
 * its message becomes "unknown".
 */
const KEEP_ALIVE_MS = 75_000;

export interface StartOptions extends SimulatorOptions {
  /** 0 for any free port. */
  port: number;
  host?: string;
}

export interface RunningSimulator {
  url: string;
  simulator: Simulator;
  close(): Promise<void>;
}

/** Starts a simulator on a port; rejects if the port is taken. */
export async function startSimulator({
  port,
  host = "127.0.0.1",
  ...options
}: StartOptions): Promise<RunningSimulator> {
  const simulator = createSimulator(options);
  const server = createAdaptorServer({ fetch: simulator.app.fetch }) as Server;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  try {
    await listen(server, port, host);
  } catch (error) {
    await simulator.close();
    throw error;
  }
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    simulator,
    async close() {
      await closeServer(server);
      await simulator.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Closes the server with a time limit. Kept-alive connections would hold it open for ever, so they are closed. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CLOSE_LIMIT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeAllConnections();
  });
}
