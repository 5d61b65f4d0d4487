import { newSid } from "../messages/message.ts";
import {
  type AttemptResult,
  type ConnectionOverrides,
  connectionOverridesOf,
  wantsRetry,
} from "./connection-overrides.ts";
import { signatureOf, signedUrl } from "./signature.ts";

const FIRST_RETRY_AFTER_MS = 250;
/** Longer TwiML is Twilio's error 11750. */
const ANSWER_MAX = 65_536;

/** How a webhook ended: the last HTTP status (0 for no answer), the number of attempts, and the body of the answer. */
interface WebhookAnswer {
  http: number;
  attempts: number;
  /** When the last attempt began, in ms since 1970. */
  at: number;
  contentType: string;
  body: string;
}

export interface WebhookSender {
  /** Posts a signed form and retries as the URL's `#` overrides say; never throws. */
  post(url: string, params: Record<string, string>): Promise<WebhookAnswer>;
  pending(): number;
  /** Aborts running posts and accepts no more. */
  close(): void;
}

/** Posts webhooks over kept-alive connections, at most `concurrency` at a time; the rest waits. */
export function createWebhookSender(authToken: string, concurrency: number): WebhookSender {
  const closing = new AbortController();
  const concurrencyLimit = createConcurrencyLimit(concurrency);
  const underWay = new Set<AbortController>();
  let pending = 0;

  async function attempt(
    url: string,
    init: RequestInit,
    timeLimitMs: number,
  ): Promise<[AttemptResult, Partial<WebhookAnswer>]> {
    await concurrencyLimit.acquire();
    const at = Date.now();
    // One controller and one timer each, because AbortSignal.any() on a long-lived signal keeps every request in
    // memory.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeLimitMs);
    underWay.add(limit);
    try {
      if (closing.signal.aborted) return ["rt", { at, http: 0 }];
      const response = await fetch(url, { ...init, signal: limit.signal });
      const body = (await response.text()).slice(0, ANSWER_MAX);
      return [
        response.status,
        { at, http: response.status, contentType: response.headers.get("content-type") ?? "", body },
      ];
    } catch (error) {
      return [isConnectFailure(error) ? "ct" : "rt", { at, http: 0 }];
    } finally {
      clearTimeout(timer);
      underWay.delete(limit);
      concurrencyLimit.release();
    }
  }

  async function deliver(url: string, params: Record<string, string>): Promise<WebhookAnswer> {
    const overrides = connectionOverridesOf(url);
    const target = signedUrl(url);
    const init = {
      method: "POST",
      headers: headersFor(authToken, target, params),
      body: new URLSearchParams(params).toString(),
    };
    const answer: WebhookAnswer = { http: 0, attempts: 0, at: Date.now(), contentType: "", body: "" };
    const deadline = Date.now() + overrides.totalTimeoutMs;
    let waitMs = FIRST_RETRY_AFTER_MS;
    while (!closing.signal.aborted) {
      const leftMs = Math.max(1, deadline - Date.now());
      const [result, got] = await attempt(target, init, Math.min(overrides.readTimeoutMs, leftMs));
      Object.assign(answer, got, { attempts: answer.attempts + 1 });
      if (!mayRetry(overrides, answer.attempts, result, deadline - waitMs)) break;
      await pause(waitMs, closing.signal);
      waitMs *= 2;
    }
    return answer;
  }

  return {
    async post(url, params) {
      pending += 1;
      try {
        return await deliver(url, params);
      } finally {
        pending -= 1;
      }
    },
    pending: () => pending,
    close() {
      closing.abort();
      for (const limit of underWay) limit.abort();
    },
  };
}

/** Limits how many run at a time; the rest waits in order of arrival. */
function createConcurrencyLimit(most: number): { acquire(): Promise<void> | undefined; release(): void } {
  let waiting: (() => void)[] = [];
  let head = 0;
  let active = 0;
  return {
    acquire() {
      if (active >= most) return new Promise((resolve) => waiting.push(resolve));
      active += 1;
      return undefined;
    },
    release() {
      const next = waiting[head];
      if (next === undefined) {
        active -= 1;
        return;
      }
      head += 1;
      // No Array#shift here: with a hundred thousand waiting it would be slow.
      if (head > 1000 && head * 2 > waiting.length) {
        waiting = waiting.slice(head);
        head = 0;
      }
      next();
    },
  };
}

function headersFor(authToken: string, url: string, params: Record<string, string>): Record<string, string> {
  return {
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    "user-agent": "TwilioProxy/1.1",
    accept: "*/*",
    "x-twilio-signature": signatureOf(authToken, url, params),
    // The same on every attempt at one webhook, so that a receiver recognises a retry.
    "i-twilio-idempotency-token": newSid(""),
  };
}

/** Whether a retry fits into the total time. */
function mayRetry(
  overrides: ConnectionOverrides,
  attempts: number,
  result: AttemptResult,
  latestStart: number,
): boolean {
  return attempts <= overrides.retryCount && wantsRetry(overrides, result) && Date.now() < latestStart;
}

/** Node puts ECONNREFUSED into the cause, Bun into the error's own code. */
function isConnectFailure(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return /ECONNREFUSED|ConnectionRefused|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|FailedToOpenSocket/.test(
    `${code ?? ""} ${cause?.code ?? ""}`,
  );
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
