import { CONFIGURATION_ERROR_STREAK } from "./carrier-outcome.ts";
import type { Outcome } from "./submission-outcome.ts";

/** The most campaigns that are remembered; then the one whose last error is oldest is forgotten. */
const CAMPAIGNS_MAX = 1_000;

/**
 * Counts equal configuration errors in a row, per campaign over all its claims. A slow number's claims hold one
 * message each, and two campaigns of one ticket must not mix their errors.
 */
export class ErrorStreaks {
  readonly #streaks = new Map<string, { code: number | null; length: number }>();

  /** Returns true if this outcome completes the streak that pauses the campaign. */
  note(campaignId: string, { classified, code }: Outcome): boolean {
    const before = this.#streaks.get(campaignId);
    this.#streaks.delete(campaignId);
    if (classified.campaignAction !== "stop-after-repeats") return false;
    const length = before?.code === code ? before.length + 1 : 1;
    if (length >= CONFIGURATION_ERROR_STREAK) return true;
    this.#streaks.set(campaignId, { code, length });
    const [oldest] = this.#streaks.keys();
    if (this.#streaks.size > CAMPAIGNS_MAX && oldest) this.#streaks.delete(oldest);
    return false;
  }
}
