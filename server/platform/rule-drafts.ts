import { looserRules } from "@smscrm/core/law/looser-rules";
import { partInput, RULE_PARTS } from "@smscrm/core/law/rule-parts";
import { isReplayed, type LawTally, ORGANISATIONS_MAX } from "@smscrm/core/replay/law-replay";
import { unheardReplies } from "@smscrm/core/replay/reply-replay";
import { listVersions, type NewVersion } from "@smscrm/db/law/country-rules";
import * as db from "@smscrm/db/law/rule-drafts";
import { z } from "zod";
import { byId, country, moment, note } from "../http/inputs.ts";
import { conflict, found, notFound, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { mustBeProven } from "../users/session-guard.ts";
import {
  type Asking,
  anotherFirst,
  bookWith,
  changedBy,
  mustBeSound,
  otherOperators,
  rulesNow,
  soundTime,
  versionOf,
} from "./rule-checks.ts";

/** A replay's figures as the platform sees them: how many organisations, and not which. */
export type DraftFigures = Omit<LawTally, "organisations"> & {
  organisations: number;
  /** Whether there are more organisations than are counted. */
  moreOrganisations: boolean;
};

export type ShownDraft = Omit<db.RuleDraft, "replay" | "shadow">;

/** A draft with what its page needs. */
export interface RuleDraftPage {
  draft: ShownDraft;
  replay: DraftFigures | null;
  shadow: DraftFigures | null;
  /** False for senders and wording: no stored decision tells what they would have changed. */
  isReplayed: boolean;
  /** What it allows that is forbidden by the rules in force now, one sentence each; empty: it only tightens. */
  loosens: string[];
  /** The other operators, one of whom must activate what loosens. */
  others: string[];
  /** Whether this operator drafted it. */
  isOwn: boolean;
}

const revision = z.int().min(0);
const validFrom = moment.nullish();
/** The draft as the operator saw it. A later revision means that somebody else was first. */
const seen = z.strictObject({ id: byId.shape.id, revision: z.int().min(1).max(1_000_000) });

/**
 * Drafts of countries' rules, each with what it would have changed in the last 30 days over every organisation: figures
 * only. Nothing is sent differently before the activation.
 */
export const ruleDrafts = router({
  list: allowed("platform.read")
    .input(z.strictObject({ country }))
    .query(async ({ ctx, input }): Promise<ShownDraft[]> => {
      const drafts = await db.listDrafts(ctx.dependencies.pipeline, input.country);
      return drafts.map(withoutFigures);
    }),

  get: allowed("platform.read")
    .input(z.strictObject({ id: byId.shape.id }))
    .query(async ({ ctx, input }): Promise<RuleDraftPage> => {
      const draft = found(await db.readDraft(ctx.dependencies.pipeline, input.id), "draft");
      return {
        draft: withoutFigures(draft),
        replay: figuresOf(draft.replay),
        shadow: figuresOf(draft.shadow),
        isReplayed: isReplayed(draft.part),
        loosens: await looserNow(ctx, draft),
        others: await otherOperators(ctx),
        isOwn: draft.draftedBy === ctx.session.userId,
      };
    }),

  /** Stores a part as a draft. The worker replays it over the last 30 days of every organisation. */
  draft: allowed("platform.manage")
    .input(z.strictObject({ rule: partInput, revision, validFrom }))
    .mutation(({ ctx, input }): Promise<{ id: string }> => {
      mustBeSound(input.rule, input.validFrom);
      return store(ctx, versionOf(input.rule), input);
    }),

  /** Stores as a draft that the shipped part is in force again. */
  draftShipped: allowed("platform.manage")
    .input(z.strictObject({ country, part: z.enum(RULE_PARTS), note, revision, validFrom }))
    .mutation(({ ctx, input }): Promise<{ id: string }> => {
      soundTime(input.validFrom);
      const { country, part, note } = input;
      return store(ctx, { country, part, note, body: null, source: null, checkedOn: null }, input);
    }),

  /** Replays again: after another change of the country's rules, or after a cancellation. */
  replay: allowed("platform.manage")
    .input(seen)
    .mutation(({ ctx, input }) => step(db.replayDraftAgain(ctx.dependencies.pipeline, actorOf(ctx), input))),

  cancel: allowed("platform.manage")
    .input(seen)
    .mutation(({ ctx, input }) => step(db.cancelDraftReplay(ctx.dependencies.pipeline, actorOf(ctx), input))),

  withdraw: allowed("platform.manage")
    .input(seen)
    .mutation(({ ctx, input }) => step(db.withdrawDraft(ctx.dependencies.pipeline, actorOf(ctx), input))),

  /**
   * Puts a draft in force for every organisation. One that only tightens may be activated at once. One that loosens must
   * be replayed first, and needs a second operator and a fresh proof. Where there is no other operator, the one who
   * drafted it activates it alone, and the audit log says so.
   */
  activate: allowed("platform.manage")
    .input(seen)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const draft = found(await db.readDraft(ctx.dependencies.pipeline, input.id), "draft");
      const isOwn = draft.draftedBy === ctx.session.userId;
      const loosens = await looserNow(ctx, draft);
      let alone = false;
      if (draft.status === "open" && draft.isStale) throw conflict(OVERTAKEN);
      if (draft.status === "open" && loosens.length > 0) {
        refuseUnseen(draft);
        if (isOwn) {
          const others = await otherOperators(ctx);
          if (others.length > 0) throw unmet(anotherFirst(others));
          alone = true;
        }
        mustBeProven(ctx.session);
      }
      const detail = {
        ...{ loosens, draftedBy: draft.by, secondPerson: !isOwn },
        ...(alone && { alone: "the platform has no other operator" }),
      };
      return step(db.activateDraft(ctx.dependencies.pipeline, actorOf(ctx), input, { alone, detail }));
    }),
});

const withoutFigures = ({ replay: _, shadow: __, ...draft }: db.RuleDraft): ShownDraft => draft;

function figuresOf(tally: LawTally | null): DraftFigures | null {
  if (tally === null) return null;
  const { length } = tally.organisations;
  return { ...tally, organisations: length, moreOrganisations: length >= ORGANISATIONS_MAX };
}

/** What the draft would allow, compared with the rules in force now, and the opt-outs that its replay found unheard. */
async function looserNow(ctx: Asking, draft: db.RuleDraft): Promise<string[]> {
  if (draft.status !== "open") return [];
  const { versions, book, now } = await rulesNow(ctx);
  const after = bookWith(versions, [draft], { validFrom: draft.validFrom, now });
  return [
    ...looserRules(draft.country, book, after, now),
    ...unheardReplies([draft.replay?.replies, draft.shadow?.replies]),
  ];
}

async function store(
  ctx: Asking,
  version: NewVersion,
  { revision: seenRevision, validFrom: begins }: { revision: number; validFrom?: Date | null | undefined },
): Promise<{ id: string }> {
  const { pipeline } = ctx.dependencies;
  const options = { validFrom: begins ?? null, seen: seenRevision };
  const drafted = await db.draftRule(pipeline, actorOf(ctx), version, options);
  if (drafted.kind === "too-many") {
    throw unmet(
      `There are ${db.OPEN_DRAFTS_MAX} drafts of countries' rules already. Activate or withdraw one, then draft this one.`,
    );
  }
  if (drafted.kind === "overtaken") {
    const [last] = await listVersions(pipeline, version.country, 1);
    if (!last) throw notFound("country's rules");
    throw changedBy(last.by, last.createdAt);
  }
  return { id: drafted.id };
}

const actorOf = ({ session, tenantId }: Asking): db.DraftActor => ({
  by: session.email,
  userId: session.userId,
  tenantId,
});

const OVERTAKEN =
  "The country's rules have changed since this draft was made or replayed, so its result no longer holds. Replay it again, look at the result, then activate it.";

/** A draft that loosens is only activated with its result before one's eyes, be it one that ran out of time. */
function refuseUnseen({ replayState }: db.RuleDraft): void {
  if (replayState === "done" || replayState === "timed-out") return;
  throw unmet(
    "This draft allows what is forbidden until now, and its replay isn't finished. Wait for the result, or replay it again.",
  );
}

async function step(taken: Promise<db.DraftStep>): Promise<{ ok: true }> {
  const result = await taken;
  if (result === "not-found") throw notFound("draft");
  if (result === "closed") {
    throw conflict("This draft was activated or withdrawn already. Reload the page to see it.");
  }
  if (result === "overtaken") {
    throw conflict(
      "Somebody else changed this draft or the country's rules, or its replay has ended. Reload the page and look at it again.",
    );
  }
  return { ok: true };
}
