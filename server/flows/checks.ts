import { inlineAudiences } from "@smscrm/core/audiences/inline";
import { launchAloneMax } from "@smscrm/core/campaigns/approval";
import { keywordOf } from "@smscrm/core/consent/opt-in";
import { suspensionSentence } from "@smscrm/core/explain/suspension";
import type { FlowDefinition } from "@smscrm/core/flows/definition";
import { flowFaults } from "@smscrm/core/flows/faults";
import { compileFlow, type Op } from "@smscrm/core/flows/program";
import { may } from "@smscrm/core/process/roles";
import { definitionsNow } from "@smscrm/db/audiences/members";
import { onTenant, readLaunchRights } from "@smscrm/db/campaigns/launch-copy";
import { listFields } from "@smscrm/db/contacts/fields";
import { listOptInKeywords } from "@smscrm/db/contacts/opt-in-keywords";
import { flowKeywords, sendingHolds } from "@smscrm/db/flows/flows";
import type { TriggerAudience } from "@smscrm/db/flows/joined";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { snippetFields } from "@smscrm/db/templates/snippets";
import { readSecuritySettings } from "@smscrm/db/tenants/security-settings";
import { readTopics } from "@smscrm/db/tenants/topics";
import { listPeople } from "@smscrm/db/users/members";
import type { Asking } from "../campaigns/audit.ts";
import { unmet } from "../http/refusals.ts";
import { mustBeProven } from "../users/session-guard.ts";

export interface CheckedFlow {
  faults: string[];
  /** The steps with saved audiences in place. */
  ops: Op[];
  /** As texts are compared with it. */
  keyword: string | null;
  /** The audience that brings people in, with other audiences in place. */
  audience: TriggerAudience | null;
}

/** Returns what keeps a flow from going live, and the program that would run. */
export async function checkFlow(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  draft: FlowDefinition,
): Promise<CheckedFlow> {
  const fields = await listFields(tx, tenantId);
  const people = await listPeople(tx, tenantId);
  const faults = flowFaults(draft, {
    fields: [...fields.map(({ name }) => name), ...(await snippetFields(tx, tenantId))],
    dateFields: fields.filter(({ type }) => type === "date").map(({ name }) => name),
    topics: await readTopics(tx, tenantId),
    assignees: people.filter((person) => may(person, "messages.reply")).map(({ userId }) => userId),
    optInKeywords: (await listOptInKeywords(tx, tenantId)).map(({ keyword }) => keyword),
    flowKeywords: await flowKeywords(tx, tenantId, id),
    replies: (await readRuleBook(tx)).replies,
  });
  const saved = await definitionsNow(tx, tenantId);
  const ops = compileFlow(draft.steps).map((op) => {
    if (op.op !== "condition") return op;
    const inlined = inlineAudiences(op.if, saved);
    if (inlined.ok) return { ...op, if: inlined.definition };
    faults.push(`Step ${op.place}: ${inlined.sentence}`);
    return op;
  });
  const { trigger } = draft;
  const found = trigger.kind === "audience" ? saved.get(trigger.audienceId) : undefined;
  const joined = found && inlineAudiences(found.definition, saved, found);
  if (trigger.kind === "audience" && !found)
    faults.unshift("The audience that starts this flow was removed. Choose another.");
  if (joined && !joined.ok) faults.unshift(joined.sentence);
  return {
    ...{ faults, ops },
    audience: found && joined?.ok ? { name: found.name, definition: joined.definition } : null,
    keyword: draft.trigger.kind === "keyword" ? keywordOf(draft.trigger.keyword) : null,
  };
}

/**
 * Refuses to turn on a flow to a member who may launch to a limited number only: nobody knows how many will enter. And while
 * nothing may be sent, because somebody should look at it then.
 */
export async function mustBeAllowed(
  tx: TenantTransaction,
  { tenantId, session }: Pick<Asking, "tenantId" | "session">,
): Promise<void> {
  const { limits } = await readLaunchRights(onTenant(tx), tenantId, session.userId);
  if (launchAloneMax(session, limits) !== null)
    throw unmet(
      "Your role launches to a limited number of people alone, and nobody knows how many will enter a flow. Ask a member without a limit to turn it on.",
    );
  const { launchProofAbove } = await readSecuritySettings(tx, tenantId);
  if (launchProofAbove !== null) mustBeProven(session);
  const held = await sendingHolds(tx, tenantId);
  if (held.suspended !== null)
    throw unmet(`${suspensionSentence(held.suspended)} Nothing can be launched until they reinstate it.`);
  if (held.restored)
    throw unmet("The database was restored and sending is locked. An owner can unlock it under System.");
  if (held.paused) throw unmet("Sending is paused. Resume it under Settings → Kill Switch, then try again.");
}
