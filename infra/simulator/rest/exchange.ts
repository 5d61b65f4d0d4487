import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { Disturbance } from "../control/disturbance.ts";
import { carrierError } from "../messages/carrier-errors.ts";

/** What @hono/node-server passes along; absent when a test calls the app without a server. */
export interface SimulatorEnv {
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse };
}
export type SimulatorContext = Context<SimulatorEnv>;

/** How a request ended: `status` is null if the client got no answer; `code` is Twilio's, if there is one. */
export interface Answer {
  response: Response;
  status: number | null;
  code: number | null;
}

/** After this wait the client has given up, so the connection is cut and nothing hangs. */
const HOLD_LIMIT_MS = 120_000;

export function jsonAnswer(status: number, body: unknown, code: number | null = null): Answer {
  const headers = { "content-type": "application/json" };
  return { response: new Response(JSON.stringify(body), { status, headers }), status, code };
}

/** Returns an error in Twilio's format; `status` overrides the code's usual one. */
export function errorAnswer(code: number, status?: number): Answer {
  const error = carrierError(code, status);
  return jsonAnswer(error.status, error, code);
}

/** Ends a request in the way of its disturbance. */
export async function disturbedAnswer(
  c: SimulatorContext,
  disturbance: Disturbance,
  closing: AbortSignal,
): Promise<Answer> {
  switch (disturbance.kind) {
    case "too-many-requests":
      return errorAnswer(20429);
    case "error-before-accept":
    case "error-after-accept":
      return serverError(disturbance.status);
    case "reset-before-accept":
    case "reset-after-accept":
      return cut(c);
    default:
      await clientLeaves(c, closing);
      return cut(c);
  }
}

/** 500, 503 and 504 are Twilio's JSON; the others are the HTML of a proxy. */
function serverError(status: number): Answer {
  if (status === 500 || status === 503 || status === 504) return errorAnswer(20_000 + status);
  const headers = { "content-type": "text/html" };
  return { response: new Response("<html>Bad Gateway</html>", { status, headers }), status, code: null };
}

function cut(c: SimulatorContext): Answer {
  const socket = c.env?.incoming?.socket;
  if (socket === undefined)
    return { response: new Response("cut", { status: 502 }), status: null, code: null };
  if (typeof socket.resetAndDestroy === "function") socket.resetAndDestroy();
  else socket.destroy();
  return { response: RESPONSE_ALREADY_SENT, status: null, code: null };
}

function clientLeaves(c: SimulatorContext, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const socket = c.env?.incoming?.socket;
    if (socket === undefined || socket.destroyed || closing.aborted) return resolve();
    const timer = setTimeout(done, HOLD_LIMIT_MS);
    socket.once("close", done);
    closing.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      closing.removeEventListener("abort", done);
      resolve();
    }
  });
}
