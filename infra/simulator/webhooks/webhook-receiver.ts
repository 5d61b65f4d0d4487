import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import twilio from "twilio";
import { SIMULATOR_AUTH_TOKEN } from "../rest/account.ts";

const WAIT_LIMIT_MS = 10_000;

/** A webhook as it arrived, its signature checked by the real SDK. */
interface ReceivedWebhook {
  path: string;
  params: Record<string, string>;
  signed: boolean;
  idempotencyToken: string | undefined;
}

export interface WebhookReceiver {
  url: string;
  received: ReceivedWebhook[];
  /** Resolves with everything once `count` matching webhooks have come; rejects after ten seconds. */
  waitFor(count: number, matches?: (webhook: ReceivedWebhook) => boolean): Promise<ReceivedWebhook[]>;
  close(): Promise<void>;
}

/** The answer: an HTTP status, TwiML, or none. */
export type Answering = (webhook: ReceivedWebhook, nth: number) => number | string | "hang";

/** Starts a real HTTP server in place of the application. It records every webhook and resolves waiting tests. */
export async function startWebhookReceiver(answering: Answering = () => 204): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const waiters = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const webhook = await readWebhook(request, `http://${request.headers.host}${request.url}`);
    received.push(webhook);
    const answer = answering(webhook, received.length);
    for (const check of waiters) check();
    if (answer === "hang") return;
    if (typeof answer === "number") response.writeHead(answer).end();
    else response.writeHead(200, { "content-type": "text/xml; charset=utf-8" }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    waitFor: (count, matches = () => true) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => settle(() => reject(new Error(shortfall(count, received)))),
          WAIT_LIMIT_MS,
        );
        const settle = (end: () => void) => {
          clearTimeout(timer);
          waiters.delete(check);
          end();
        };
        const check = () => {
          const matching = received.filter(matches);
          if (matching.length >= count) settle(() => resolve(matching));
        };
        waiters.add(check);
        check();
      }),
    close: () => closeNow(server),
  };
}

async function readWebhook(request: IncomingMessage, url: string): Promise<ReceivedWebhook> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const params = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
  const signature = String(request.headers["x-twilio-signature"] ?? "");
  const token = request.headers["i-twilio-idempotency-token"];
  return {
    path: request.url ?? "",
    params,
    signed: twilio.validateRequest(SIMULATOR_AUTH_TOKEN, signature, url, params),
    idempotencyToken: token === undefined ? undefined : String(token),
  };
}

function shortfall(count: number, received: ReceivedWebhook[]): string {
  return `waited for ${count} webhooks, ${received.length} came: ${received.map(({ params }) => params.MessageStatus ?? params.SmsStatus)}`;
}

function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
