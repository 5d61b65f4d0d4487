/** What operators promise, from the runbook's "Service Level Objectives": a share of events that must be good. */
export const OBJECTIVES = {
  availability: { title: "Availability", promise: "An API answers and reaches the database", target: 0.999 },
  delivery: { title: "Delivery", promise: "Delivered within 5 minutes of sending", target: 0.95 },
  "api-response": { title: "API response", promise: "Answered within 500 ms (p95)", target: 0.95 },
  // The runbook names no share for webhooks, so the share of delivery and the API applies.
  "webhook-lag": {
    title: "Webhooks",
    promise: "The carrier's first status comes within 30 seconds",
    target: 0.95,
  },
} as const satisfies Record<string, { title: string; promise: string; target: number }>;

export type ObjectiveName = keyof typeof OBJECTIVES;
export const OBJECTIVE_NAMES = Object.keys(OBJECTIVES) as ObjectiveName[];

/** Days that an objective looks back. */
export const OBJECTIVE_DAYS = 30;

/** How much data a disaster may cost at most, and how long the recovery may take. */
export const RECOVERY = { pointHours: 24, timeMinutes: 60 } as const;

export interface ObjectiveStatus {
  good: number;
  total: number;
  /** Of 1; null while there was nothing to measure. */
  share: number | null;
  isMet: boolean | null;
  /** The share of allowed bad events that is left: 1 is all, 0 is none, below 0 is overspent. */
  budgetLeft: number | null;
}

export function objectiveStatus(name: ObjectiveName, good: number, total: number): ObjectiveStatus {
  if (total <= 0) return { good, total, share: null, isMet: null, budgetLeft: null };
  const { target } = OBJECTIVES[name];
  const share = good / total;
  return { good, total, share, isMet: share >= target, budgetLeft: 1 - (1 - share) / (1 - target) };
}
