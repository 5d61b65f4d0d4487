import { campaignInput, checkBody } from "@smscrm/core/campaign";
import { unwrap } from "solid-js/store";
import type { Campaign, CampaignInput } from "../../../data/campaigns.ts";

export const EMPTY_DRAFT: CampaignInput = {
  name: "",
  body: "",
  audience: { kind: "all" },
  quietHours: null,
  expiresAt: null,
  smartEncoding: true,
};

/** What of a campaign the editor changes. */
export function draftOf(campaign: Campaign): CampaignInput {
  // A query's answer is a store: its proxies can't be cloned, what they wrap can.
  const { name, body, audience, quietHours, expiresAt, smartEncoding } = unwrap(campaign);
  return structuredClone({ name, body, audience, quietHours, expiresAt, smartEncoding }) as CampaignInput;
}

/** The first fault of each field, by core's own schema. */
export function faultsOf(draft: CampaignInput): Record<string, string> {
  const result = campaignInput.safeParse(draft);
  const faults: Record<string, string> = {};
  if (!result.success)
    for (const issue of result.error.issues) faults[String(issue.path[0])] ??= issue.message;
  if (faults.audience) faults.audience = "Choose at least one tag.";
  return faults;
}

/**
 * What the text should say better. A field that we can't see may still be one of the contacts' own, so an unknown
 * name warns here and is judged by the server.
 */
export function warningsOf(body: string, customFields: readonly string[]): string[] {
  if (body.trim() === "") return [];
  const { errors, warnings } = checkBody(body, customFields);
  return [...errors, ...warnings];
}
