import type { CheckedSoFar } from "@smscrm/core/preflight/tally";

/** The preflights that run in this process, of which each tenant has one at a time: how far they are. */
const running = new Map<string, CheckedSoFar>();

const keyOf = (tenantId: string, campaignId: string) => `${tenantId} ${campaignId}`;

/** Runs a preflight. `work` gets a function for what it has counted until now. */
export async function withProgress<T>(
  tenantId: string,
  campaignId: string,
  work: (note: (soFar: CheckedSoFar) => void) => Promise<T>,
): Promise<T> {
  const key = keyOf(tenantId, campaignId);
  try {
    return await work((soFar) => running.set(key, soFar));
  } finally {
    running.delete(key);
  }
}

/** Returns how far a campaign's preflight is; null if none runs in this process. */
export function preflightProgress(tenantId: string, campaignId: string): CheckedSoFar | null {
  return running.get(keyOf(tenantId, campaignId)) ?? null;
}
