/** How Twilio retries one webhook, set after `#` in its URL. */
export interface ConnectionOverrides {
  connectTimeoutMs: number;
  readTimeoutMs: number;
  totalTimeoutMs: number;
  retryCount: number;
  retryOn: Set<string>;
}

const DEFAULTS = { ct: 5000, rt: 15_000, tt: 15_000, rc: 1 } as const;
const RANGES = { ct: [100, 10_000], rt: [100, 15_000], tt: [100, 15_000], rc: [0, 5] } as const;
const POLICIES = new Set(["4xx", "5xx", "ct", "rt", "all"]);

/**
 * Reads `#ct=…&rt=…&tt=…&rc=…&rp=…`; a value outside its range is ignored. By default only a failed connection is
 * retried, once. Source: Twilio's "Webhooks connection overrides" guide.
 */
export function connectionOverridesOf(url: string): ConnectionOverrides {
  const hash = url.indexOf("#");
  const wanted = new URLSearchParams(hash < 0 ? "" : url.slice(hash + 1));
  const number = (key: keyof typeof RANGES): number => {
    const text = wanted.get(key);
    const value = text !== null && /^\d+$/.test(text) ? Number(text) : Number.NaN;
    const [least, most] = RANGES[key];
    return value >= least && value <= most ? value : DEFAULTS[key];
  };
  const policies = (wanted.get("rp") ?? "").split(",").filter((policy) => POLICIES.has(policy));
  return {
    connectTimeoutMs: number("ct"),
    readTimeoutMs: number("rt"),
    totalTimeoutMs: number("tt"),
    retryCount: number("rc"),
    retryOn: new Set(policies.length > 0 ? policies : ["ct"]),
  };
}

/** The result of one attempt: an HTTP status, `ct` (could not connect), or `rt` (no answer in time, or cut off). */
export type AttemptResult = number | "ct" | "rt";

/** Whether the overrides ask for another attempt after this result. */
export function wantsRetry(overrides: ConnectionOverrides, result: AttemptResult): boolean {
  const failure = typeof result === "string" ? result : result >= 500 ? "5xx" : result >= 400 ? "4xx" : null;
  return failure !== null && (overrides.retryOn.has("all") || overrides.retryOn.has(failure));
}
