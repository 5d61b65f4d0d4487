import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import type { ConnectionBindings } from "./visitor.ts";

type Answers = (request: Request, bindings: ConnectionBindings) => Response | Promise<Response>;

export interface Listening {
  port: number;
  /**
   * From now on each answer asks for its connection to be closed. Whoever keeps connections for later (a proxy) then has
   * none left on which a request could meet the end of this process.
   */
  leave(): void;
  /** Takes no more requests, waits for those that run, and after the limit ends what is left. */
  close(limitMs: number): Promise<void>;
}

/** A stream pings every 15 s: a connection that is quiet for longer than this is dead. */
const IDLE_SECONDS = 60;
/** Every route has its own limit and says so in a sentence; beyond this one the runtime would answer without a word. */
const MOST_BYTES = 1024 ** 4;

/** Listens with the runtime's own server: Bun's where there is Bun, for it answers several times as many. */
export async function listen(place: { host: string; port: number }, answer: Answers): Promise<Listening> {
  let leaving = false;
  const answers: Answers = async (request, bindings) => {
    const response = await answer(request, bindings);
    if (leaving) response.headers.set("Connection", "close");
    return response;
  };
  const onRuntime = "Bun" in globalThis ? listenOnBun : listenOnNode;
  const listening = await onRuntime(place, answers);
  const leave = () => {
    leaving = true;
  };
  return { ...listening, leave };
}

type OnRuntime = Omit<Listening, "leave">;

interface BunServer {
  port: number;
  requestIP(request: Request): { address: string } | null;
  timeout(request: Request, seconds: number): void;
  stop(closeActiveConnections?: boolean): Promise<void>;
}
interface BunRuntime {
  serve(options: {
    hostname: string;
    port: number;
    idleTimeout: number;
    maxRequestBodySize: number;
    fetch(request: Request, server: BunServer): Response | Promise<Response>;
  }): BunServer;
}

function listenOnBun({ host, port }: { host: string; port: number }, answer: Answers): OnRuntime {
  const { serve: serveOnBun } = (globalThis as unknown as { Bun: BunRuntime }).Bun;
  const server = serveOnBun({
    hostname: host,
    port,
    idleTimeout: IDLE_SECONDS,
    maxRequestBodySize: MOST_BYTES,
    fetch: (request, server) =>
      answer(request, { remoteAddress: server.requestIP(request)?.address ?? null }),
  });
  return {
    port: server.port,
    close: async (limitMs) => {
      await within(limitMs, server.stop(false));
      await within(1_000, server.stop(true));
    },
  };
}

function listenOnNode({ host, port }: { host: string; port: number }, answer: Answers): Promise<OnRuntime> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        hostname: host,
        port,
        fetch: (request, env) => {
          const { socket } = (env as { incoming: { socket: { remoteAddress?: string } } }).incoming;
          return answer(request, { remoteAddress: socket.remoteAddress ?? null });
        },
        // An upload may take minutes; a request's head may not.
        serverOptions: { requestTimeout: 0, headersTimeout: 20_000, keepAliveTimeout: IDLE_SECONDS * 1_000 },
      },
      (info) => resolve({ port: info.port, close: (limitMs) => closeNode(server as Server, limitMs) }),
    );
    server.once("error", reject);
  });
}

async function closeNode(server: Server, limitMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await within(limitMs, closed);
  server.closeAllConnections();
  await within(1_000, closed);
}

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
