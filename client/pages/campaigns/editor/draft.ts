import { campaignInput, checkBody } from "@smscrm/core/campaigns/campaign";
import { languagesProblem } from "@smscrm/core/campaigns/texts/languages-input";
import { unwrap } from "solid-js/store";
import type { Campaign, CampaignInput } from "../../../data/campaigns.ts";

export const EMPTY_DRAFT: CampaignInput = {
  name: "",
  body: "",
  audience: { kind: "all" },
  quietHours: null,
  expiresAt: null,
  smartEncoding: true,
  shortenLinks: false,
  purpose: "marketing",
  topic: null,
  template: null,
  language: "",
  texts: [],
  localTime: null,
  spreadMinutes: null,
  messagesPerMinute: null,
  canary: null,
  abTest: null,
};

/** Returns the parts of a campaign that the editor changes. */
export function draftOf(campaign: Campaign): CampaignInput {
  // A query's data is a store. `structuredClone` can't clone its proxies, so they are unwrapped first.
  const { name, body, audience, quietHours, expiresAt, smartEncoding, purpose, topic, template } =
    unwrap(campaign);
  const { language } = campaign;
  const texts = unwrap(campaign.texts)
    .filter((text) => text.variant === 1 && text.language !== "")
    .map((text) => ({ language: text.language, body: text.body }));
  const { localTime, spreadMinutes, messagesPerMinute, shortenLinks, canary, abTest } = unwrap(campaign);
  return structuredClone({
    ...{ name, body, language, texts, audience, quietHours, expiresAt, smartEncoding, purpose, topic },
    ...{ localTime, spreadMinutes, messagesPerMinute, shortenLinks, canary, abTest },
    template: template && { id: template.id, version: template.version },
  }) as CampaignInput;
}

/** Whether the recipients are chosen, so that they can be counted. */
export function isChosen(audience: CampaignInput["audience"]): boolean {
  if (audience.kind === "all") return true;
  return audience.kind === "tags" ? audience.tags.length > 0 : audience.audienceId !== "";
}

/** Returns the first error of each field, by core's own schema. */
export function faultsOf(draft: CampaignInput): Record<string, string> {
  const result = campaignInput.safeParse(draft);
  const faults: Record<string, string> = {};
  if (!result.success)
    for (const issue of result.error.issues) faults[String(issue.path[0])] ??= issue.message;
  const problem = languagesProblem(draft.language ?? "", draft.texts ?? []);
  if (problem) faults.language ??= problem;
  if (faults.audience)
    faults.audience = draft.audience.kind === "saved" ? "Choose an audience." : "Choose at least one tag.";
  return faults;
}

/** Returns advice on the text. `customFields`: the tenant's own merge fields, by which the server checks a launch. */
export function warningsOf(body: string, customFields: readonly string[]): string[] {
  if (body.trim() === "") return [];
  const { errors, warnings } = checkBody(body, customFields);
  return [...errors, ...warnings];
}
