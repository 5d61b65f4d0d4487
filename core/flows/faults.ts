import { fieldsOf } from "../audiences/definition.ts";
import { checkTemplate } from "../campaigns/campaign.ts";
import { keywordFault, keywordOf } from "../consent/opt-in.ts";
import type { RuleBook } from "../law/rule-book.ts";
import { classifyReply } from "../replies/replies.ts";
import { FLOW_SENDS_MAX, FLOW_STEPS_MAX, type FlowDefinition, type FlowStep } from "./definition.ts";
import { compileFlow, sendsOf } from "./program.ts";

/** What a flow may refer to. */
interface FlowSurroundings {
  /** The tenant's custom fields, and those that hold dates. */
  fields: readonly string[];
  dateFields: readonly string[];
  topics: readonly string[];
  /** Members who may reply. */
  assignees: readonly string[];
  optInKeywords: readonly string[];
  /** Keywords of the tenant's other flows that are on. */
  flowKeywords: readonly string[];
  /** The words that the platform's operator added, by country. */
  replies: RuleBook["replies"];
}

/**
 * Returns what keeps a flow from going live, each as a sentence that says what to do. A word that means STOP, START or HELP
 * in any language is no keyword.
 */
export function flowFaults(definition: FlowDefinition, around: FlowSurroundings): string[] {
  const { steps, topic, purpose } = definition;
  const ops = compileFlow(steps);
  const size = countSteps(steps);
  const faults = triggerFaults(definition, around);
  if (topic !== null && purpose !== "marketing")
    faults.push("Only marketing has topics. Remove the topic, or choose marketing as the purpose.");
  if (topic !== null && !around.topics.includes(topic))
    faults.push(`There is no topic “${topic}”. Choose another, or none.`);
  if (size > FLOW_STEPS_MAX) faults.push(`Use at most ${FLOW_STEPS_MAX} steps. This flow has ${size}.`);
  if (sendsOf(ops).length > FLOW_SENDS_MAX) faults.push(`Use at most ${FLOW_SENDS_MAX} messages in a flow.`);
  for (const op of ops) {
    const at = `Step ${op.place}`;
    if (op.op === "send")
      faults.push(...checkTemplate(op.body, around.fields).errors.map((error) => `${at}: ${error}`));
    if (op.op === "assign" && op.userId !== null && !around.assignees.includes(op.userId))
      faults.push(`${at}: choose a member who may reply.`);
    if (op.op === "condition")
      for (const field of fieldsOf(op.if).filter((one) => !around.fields.includes(one)))
        faults.push(`${at}: there is no field “${field}”. Choose another.`);
  }
  orderFaults(steps, "", false, faults);
  return faults;
}

function triggerFaults({ trigger }: FlowDefinition, around: FlowSurroundings): string[] {
  if (trigger.kind === "keyword") {
    const fault = triggerKeywordFault(trigger.keyword, around);
    return fault === null ? [] : [fault];
  }
  if (trigger.kind === "date" && !around.dateFields.includes(trigger.field))
    return [`There is no date field “${trigger.field}”. Choose another.`];
  return [];
}

function triggerKeywordFault(
  word: string,
  { replies, optInKeywords, flowKeywords }: FlowSurroundings,
): string | null {
  const fault = keywordFault(word);
  if (fault !== null) return fault;
  const keyword = keywordOf(word)!;
  const means = [null, ...replies.values()].some((added) => classifyReply(keyword, [], added) !== "none");
  if (means)
    return `${keyword} already means something in a reply, in one language or another. Choose another keyword.`;
  if (optInKeywords.includes(keyword))
    return `${keyword} asks for consent (Settings → Consent). Choose another keyword.`;
  if (flowKeywords.includes(keyword)) return `Another flow starts with ${keyword}. Choose another keyword.`;
  return null;
}

function countSteps(steps: readonly FlowStep[]): number {
  return steps.reduce(
    (sum, step) => sum + 1 + branchesOf(step).reduce((all, [, list]) => all + countSteps(list), 0),
    0,
  );
}

function branchesOf(step: FlowStep): [name: string, steps: readonly FlowStep[]][] {
  if (step.do === "wait-for-reply")
    return [
      ["replied", step.replied],
      ["silent", step.silent],
    ];
  if (step.do === "condition")
    return [
      ["met", step.met],
      ["unmet", step.unmet],
    ];
  return [];
}

/**
 * Between two messages somebody waits or answers, and an answer is waited for right after the message that asks. Returns
 * whether a message may stand last, with nothing to wait for after it.
 */
function orderFaults(
  steps: readonly FlowStep[],
  prefix: string,
  sentBefore: boolean,
  faults: string[],
): boolean {
  let justSent = sentBefore;
  steps.forEach((step, nth) => {
    const place = `${prefix}${nth + 1}`;
    if (step.do === "send") {
      if (justSent)
        faults.push(`Step ${place}: add a wait before it. Two messages may not follow each other at once.`);
      justSent = true;
    }
    if (step.do === "wait" || step.do === "end") justSent = false;
    if (step.do === "wait-for-reply" && steps[nth - 1]?.do !== "send")
      faults.push(`Step ${place}: wait for a reply right after a message.`);
    const branches = branchesOf(step);
    if (branches.length === 0) return;
    const before = step.do === "condition" && justSent;
    const after = branches.map(([name, list]) => orderFaults(list, `${place}.${name}.`, before, faults));
    justSent = after.some(Boolean);
  });
  return justSent;
}
