import { CONFIGURATION_ERROR_STREAK } from "@smscrm/core/carrier-outcome";
import type { Outcome } from "./outcome.ts";

/** Campaigns remembered at most; of more, the one that failed longest ago is forgotten. */
const MOST_CAMPAIGNS = 1_000;

/**
 * Equal configuration errors in a row, counted per campaign over all its claims: a slow number's claims hold one
 * message each, and two campaigns of one ticket must not hide, or add to, each other's errors.
 */
export class ErrorStreaks {
  readonly #streaks = new Map<string, { code: number | null; length: number }>();

  /** True when this outcome is the one that makes the campaign be paused. */
  note(campaignId: string, { classified, code }: Outcome): boolean {
    const before = this.#streaks.get(campaignId);
    this.#streaks.delete(campaignId);
    if (classified.campaignAction !== "stop-after-repeats") return false;
    const length = before?.code === code ? before.length + 1 : 1;
    if (length >= CONFIGURATION_ERROR_STREAK) return true;
    this.#streaks.set(campaignId, { code, length });
    const [oldest] = this.#streaks.keys();
    if (this.#streaks.size > MOST_CAMPAIGNS && oldest) this.#streaks.delete(oldest);
    return false;
  }
}
