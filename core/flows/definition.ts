import { z } from "zod";
import { type AudienceGroup, audienceGroup } from "../audiences/definition.ts";
import { MESSAGE_PURPOSES } from "../consent/terms.ts";
import { MAX_BODY_LENGTH } from "../text/template.ts";

/**
 * A flow: what brings a person in, and the steps that they go through once. Steps lead forward only, so there are no loops
 * and everybody reaches the end.
 */

export const FLOW_STEPS_MAX = 30;
export const FLOW_SENDS_MAX = 10;
/** Branches in branches. */
export const FLOW_DEPTH_MAX = 3;
const WAIT_MINUTES_MAX = 365 * 24 * 60;

const word = z.string().trim().min(1, "Enter a value.").max(64, "Use at most 64 characters.");

const flowTrigger = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("keyword"), keyword: word }),
  z.strictObject({ kind: z.literal("tag"), tag: z.string().trim().min(1, "Enter a tag.").max(50) }),
  /** On the day `days` after the date in a custom field; negative: before it. */
  z.strictObject({
    ...{ kind: z.literal("date"), field: word },
    days: z.int("Give whole days.").min(-365, "Use at most 365 days.").max(365, "Use at most 365 days."),
  }),
  z.strictObject({
    kind: z.literal("event"),
    event: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9._-]{0,63}$/,
        "Name the event with lower-case letters, digits, dots and hyphens, such as order-shipped.",
      ),
  }),
  /** A saved audience: who comes into it, not who is in it already. */
  z.strictObject({ kind: z.literal("audience"), audienceId: z.guid("Choose an audience.") }),
]);
export type FlowTrigger = z.output<typeof flowTrigger>;

const minutes = z
  .int("Give whole minutes.")
  .min(1, "Wait at least one minute.")
  .max(WAIT_MINUTES_MAX, "Wait at most 365 days.");

const leaf = [
  z.strictObject({
    do: z.literal("send"),
    body: z
      .string()
      .max(MAX_BODY_LENGTH, "Shorten the message to at most 1,600 characters.")
      .refine((body) => body.trim() !== "", "Write a message."),
    smartEncoding: z.boolean(),
    /** The template whose default text it began with, in the version that was copied. */
    template: z.strictObject({ id: z.guid(), version: z.int().min(1) }).nullish(),
  }),
  z.strictObject({ do: z.literal("wait"), minutes }),
  z.strictObject({
    ...{ do: z.literal("tag"), tag: z.string().trim().min(1, "Enter a tag.").max(50) },
    remove: z.boolean(),
  }),
  /** Null: to nobody. */
  z.strictObject({ do: z.literal("assign"), userId: z.guid("Choose a member.").nullable() }),
  z.strictObject({ do: z.literal("end") }),
] as const;

type Leaf = z.output<(typeof leaf)[number]>;
export type FlowStep =
  | Leaf
  | { do: "wait-for-reply"; minutes: number; replied: FlowStep[]; silent: FlowStep[] }
  | { do: "condition"; if: AudienceGroup; met: FlowStep[]; unmet: FlowStep[] };

const stepAt = (depth: number): z.ZodType<FlowStep> => {
  if (depth > FLOW_DEPTH_MAX) return z.discriminatedUnion("do", leaf);
  const branch = z.array(stepAt(depth + 1)).max(FLOW_STEPS_MAX);
  return z.discriminatedUnion("do", [
    ...leaf,
    z.strictObject({ do: z.literal("wait-for-reply"), minutes, replied: branch, silent: branch }),
    z.strictObject({ do: z.literal("condition"), if: audienceGroup, met: branch, unmet: branch }),
  ]);
};

export const flowDefinition = z.strictObject({
  trigger: flowTrigger,
  purpose: z.enum(MESSAGE_PURPOSES),
  topic: z.string().trim().min(1).max(40).nullable(),
  steps: z.array(stepAt(1)).min(1, "Add a step.").max(FLOW_STEPS_MAX, `Use at most ${FLOW_STEPS_MAX} steps.`),
});
export type FlowDefinition = z.output<typeof flowDefinition>;

/** Why somebody is in a flow. */
export type FlowCause =
  | { kind: "keyword"; keyword: string; messageSid: string }
  | { kind: "tag"; tag: string }
  | { kind: "date"; field: string; day: string }
  | { kind: "event"; event: string; key: string }
  | { kind: "audience"; name: string };

/** Why somebody left a flow. */
const FLOW_ENDS = [
  "finished",
  "opted-out",
  "not-sent",
  "contact-gone",
  "merged",
  "number-changed",
  "stopped",
  "restored",
] as const;
export type FlowEnd = (typeof FLOW_ENDS)[number];

export type FlowStatus = "draft" | "live" | "paused" | "stopped";
