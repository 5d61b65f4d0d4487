/** A create request in the simulator's ledger. */
export interface LedgerEntry {
  seq: number;
  receivedAt: number;
  kind: string;
  form: Record<string, string | string[]> | null;
  answerStatus: number | null;
  code: number | null;
  outcome: string | null;
  /** The message that it created; null: none. */
  sid: string | null;
  messageStatus: string | null;
  errorCode: number | null;
  segments: number | null;
  chargedMicros: number | null;
  callbacks: { status: string; at: number; attempts: number; http: number; lost?: true }[];
}

export interface CarrierHealth {
  messages: number;
  requests: number;
  pendingSteps: number;
  pendingWebhooks: number;
}

/** The controls of a simulator in a process of its own. */
export class Carrier {
  readonly #origin: string;

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}/simulator`;
  }

  health(): Promise<CarrierHealth> {
    return this.#ask("GET", "/health");
  }

  async addFaults(faults: object[]): Promise<void> {
    await this.#ask("POST", "/faults", faults);
  }

  async clearFaults(): Promise<void> {
    await this.#ask("DELETE", "/faults");
  }

  /** Types a text on a handset; resolves once the application has answered the webhook. */
  async type(from: string, to: string, body: string): Promise<{ sid: string; http: number }> {
    const { sid, webhook } = await this.#ask<{ sid: string; webhook: { http: number } }>("POST", "/inbound", {
      from,
      to,
      body,
      wait: true,
    });
    return { sid, http: webhook.http };
  }

  /** Returns every create request since the start. */
  async ledger(): Promise<LedgerEntry[]> {
    const all: LedgerEntry[] = [];
    for (let since = 0; ; ) {
      const query = `/ledger?kind=create&limit=20000&since=${since}`;
      const page = await this.#ask<{ entries: LedgerEntry[]; nextSince: number; more: boolean }>(
        "GET",
        query,
      );
      all.push(...page.entries);
      since = page.nextSince;
      if (!page.more) return all;
    }
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.#origin}${path}`, {
      method,
      signal: AbortSignal.timeout(60_000),
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${method} ${path}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}
