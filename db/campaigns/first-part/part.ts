import type { AbFigures, AbPlan } from "@smscrm/core/campaigns/ab-test/ab-test";
import type { Baseline, PartFigures } from "@smscrm/core/campaigns/first-part/canary";
import type { FirstPartState, FirstPartStep } from "@smscrm/core/campaigns/first-part/first-part";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import type { PipelineTransaction } from "../../postgres/connection.ts";

/** A first part as a worker has locked it, with what its campaign says. */
export interface Part {
  tenantId: string;
  campaignId: string;
  step: FirstPartStep;
  state: FirstPartState;
  size: number;
  rest: number;
  upToDraw: number;
  sendBy: Date;
  decideAt: Date | null;
  status: string;
  launchedAt: Date;
  openDraws: number | null;
  watchMinutes: number;
  isExpired: boolean;
  /** Whether nothing is sent now, so that nothing is decided either. */
  isPaused: boolean;
  /** The A/B test of its campaign; null: none. */
  abTest: AbPlan | null;
  testDraws: number | null;
  winner: number | null;
  stopped: number[];
  /** What was counted about each text last. */
  variants: AbFigures | null;
  now: Date;
}

export const SOON_SECONDS = 2;
/** A claim that read an older decision may put a message back, so open parts are looked at until the campaign ends. */
export const LATER_SECONDS = 30;

/** The row of a part, as a condition. */
export const its = (tx: PipelineTransaction, { tenantId, campaignId, step }: Part) =>
  tx`tenant_id = ${tenantId} and campaign_id = ${campaignId} and step = ${step}`;

/** Lets a worker look at it again after some seconds. */
export async function again(tx: PipelineTransaction, part: Part, seconds: number): Promise<null> {
  await tx`update first_parts set next_at = clock_timestamp() + make_interval(secs => ${seconds}) where ${its(tx, part)}`;
  return null;
}

/** What was seen of a part when it was decided about, and the reason. */
export interface Seen {
  sentence: string;
  figures?: PartFigures;
  baseline?: Baseline;
  /** Of an A/B test: the text that was chosen. */
  winner?: number;
}

const ACTIONS = {
  canary: { open: "first-part.go", held: "first-part.hold" },
  test: { open: "ab-test.choose", held: "ab-test.hold" },
} as const;

/** Stores what was decided, with an audit entry. */
export async function record(
  tx: PipelineTransaction,
  part: Part,
  state: "open" | "held",
  { sentence, figures, baseline, winner }: Seen,
): Promise<void> {
  const { tenantId, campaignId, step, variants } = part;
  await tx`
    update first_parts set state = ${state}, figures = ${figures ? tx.json({ ...figures }) : null}, baseline = ${baseline ? tx.json({ ...baseline }) : null},
      sentence = ${sentence}, decided_at = case when ${state === "open"} then clock_timestamp() end, next_at = clock_timestamp()
    where ${its(tx, part)}`;
  const detail = step === "canary" ? { sentence, figures, baseline } : { sentence, winner, variants };
  await recordPipelineAudits(tx, [
    {
      ...{ tenantId, actorId: null, objectKind: "campaign", objectId: campaignId },
      action: ACTIONS[step][state],
      detail,
    },
  ]);
}
