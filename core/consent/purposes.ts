import table from "../data/message-purposes.json" with { type: "json" };
import type { MessagePurpose } from "./terms.ts";

/** What a message of a purpose may do, and by which law. */
export interface PurposeRule {
  purpose: MessagePurpose;
  /**
   * `marketing`: the consent that the law asks for marketing. `any`: any consent that covers the purpose. `none`: no
   * consent on record is needed, unless it was withdrawn.
   */
  consent: "marketing" | "any" | "none";
  /** Whether a person can refuse this purpose and keep the others. */
  mayRefuse: boolean;
  means: string;
  allows: string;
  law: string;
  source: string;
  checkedOn: string;
  confidence: "high" | "medium" | "low";
}

const PURPOSE_RULES = table.rows as readonly PurposeRule[];

const BY_PURPOSE: ReadonlyMap<MessagePurpose, PurposeRule> = new Map(
  PURPOSE_RULES.map((rule) => [rule.purpose, rule]),
);

export function purposeRule(purpose: MessagePurpose): PurposeRule {
  return BY_PURPOSE.get(purpose)!;
}
