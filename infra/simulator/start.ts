import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { SimulatorOptions } from "./settings.ts";
import { createSimulator, type Simulator } from "./simulator.ts";

const CLOSE_LIMIT_MS = 3000;

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

/** Starts a simulator on a port; rejects when the port is taken. */
export async function startSimulator({
  port,
  host = "127.0.0.1",
  ...options
}: StartOptions): Promise<RunningSimulator> {
  const simulator = createSimulator(options);
  const server = createAdaptorServer({ fetch: simulator.app.fetch }) as Server;
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

/** Kept-alive connections would hold the server open for ever: they are closed, and waiting has a limit. */
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
