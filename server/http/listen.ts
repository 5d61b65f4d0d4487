import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { within } from "@smscrm/db/postgres/within";

/** What the runtime's server knows about the connection; set by `listen`. */
export type ConnectionBindings = { remoteAddress?: string | null };

type Answers = (request: Request, bindings: ConnectionBindings) => Response | Promise<Response>;

export interface Listening {
  port: number;
  /**
   * Asks clients to close their connections, with each answer from now on. Then a proxy that keeps connections open has
   * none left on which it could send a request to a process that has ended.
   */
  leave(): void;
  /** Accepts no more requests and waits for the running ones. At the limit it closes what is left. */
  close(limitMs: number): Promise<void>;
}

/** A stream pings every 15 s, so a connection that is silent for longer than this is dead. */
const IDLE_SECONDS = 60;
/**
 * An upload is silent while the database stores what has come: then nobody reads, so the client can't send. Bun takes at
 * most 255 seconds.
 */
const UPLOAD_IDLE_SECONDS = 240;
/**
 * Every route has its own limit with a clear error. Beyond this one the runtime would answer without an explanation.
 */
const BYTES_MAX = 1024 ** 4;

interface Place {
  host: string;
  port: number;
  idleSeconds?: number;
}

/** Listens with the runtime's own server. On Bun that is Bun's, which answers several times as many requests. */
export async function listen(place: Place, answer: Answers): Promise<Listening> {
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

/**
 * HTTP/1.0 has no Host header, and HAProxy's health check is HTTP/1.0. Bun then gives the path alone, which is no URL.
 */
function withAddress(request: Request, host: string): Request {
  return request.url.startsWith("/") ? new Request(`http://${host}${request.url}`, request) : request;
}

const isUpload = ({ method, url }: Request) =>
  method === "POST" && URL.parse(url)?.pathname.startsWith("/uploads/");

function listenOnBun({ host, port, idleSeconds = IDLE_SECONDS }: Place, answer: Answers): OnRuntime {
  const { serve: serveOnBun } = (globalThis as unknown as { Bun: BunRuntime }).Bun;
  const server = serveOnBun({
    hostname: host,
    port,
    idleTimeout: idleSeconds,
    maxRequestBodySize: BYTES_MAX,
    fetch: (request, server) => {
      if (isUpload(request)) server.timeout(request, UPLOAD_IDLE_SECONDS);
      return answer(withAddress(request, host), {
        remoteAddress: server.requestIP(request)?.address ?? null,
      });
    },
  });
  return {
    port: server.port,
    close: async (limitMs) => {
      await endWithin(limitMs, server.stop(false));
      await endWithin(1_000, server.stop(true));
    },
  };
}

function listenOnNode({ host, port }: Place, answer: Answers): Promise<OnRuntime> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        hostname: host,
        port,
        fetch: (request, env) => {
          const { socket } = (env as { incoming: { socket: { remoteAddress?: string } } }).incoming;
          return answer(request, { remoteAddress: socket.remoteAddress ?? null });
        },
        // An upload may take minutes, but a request's head may not.
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
  await endWithin(limitMs, closed);
  server.closeAllConnections();
  await endWithin(1_000, closed);
}

/** Waits until the work ends, for at most `limitMs`. The next step of closing then ends it. */
const endWithin = (limitMs: number, work: Promise<unknown>) => within(limitMs, work).catch(() => {});
