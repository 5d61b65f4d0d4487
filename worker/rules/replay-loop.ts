import { emptyLawTally } from "@smscrm/core/replay/law-replay";
import { emptyTally } from "@smscrm/core/replay/tally";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { rest } from "@smscrm/db/postgres/rest";
import { firstId } from "@smscrm/db/postgres/time-ordered-ids";
import {
  endPass,
  type LawPass,
  leaseLawPass,
  leasePass,
  type Pass,
  returnPass,
  storePage,
  timeOut,
} from "@smscrm/db/rules/replay-passes";
import {
  countEveryMessage,
  countMessages,
  firstMessageId,
  type ReplayPage,
  type ReplayScope,
  readReplayPage,
} from "@smscrm/db/rules/replay-source";
import { countReplies, readReplySenders } from "@smscrm/db/rules/reply-source";
import type { Loop } from "../loop.ts";
import { judgeLawPage, type LawVersions } from "./judge-law-page.ts";
import { judgePage } from "./judge-page.ts";
import { judgeReplyPage } from "./judge-reply-page.ts";
import { pastLaw } from "./past-law.ts";

const IDLE_MS = 2_000;
/** Between pages, so that sending goes first. */
const PAUSE_MS = 10;
const PAGE = 500;
/** Then another draft has its turn. */
const PAGES_AT_ONCE = 400;

/**
 * Replays drafts of sending rules, and of countries' rules, over the stored decisions and replies, page by page. It only
 * reads what was decided, and a killed worker's pass goes on at its last page.
 */
export function replayLoop(options: ReplayOptions): Loop {
  return {
    name: "replay",
    run: async () => {
      const ran = [await runNext(options, tenantWork), await runNext(options, lawWork)];
      return ran.includes(true) ? PAUSE_MS : IDLE_MS;
    },
  };
}

interface ReplayOptions {
  pipeline: Pipeline;
  stop: AbortSignal;
  /** How many messages or replies a page looks at. */
  page?: number;
  /** Called after each page that was stored. */
  onPage?: () => Promise<void>;
}

/** A pass with what it reads and how it judges. */
interface Work {
  pass: Pass<object>;
  empty: object;
  /** The id before everything that it reads. */
  begin: () => Promise<string>;
  count: (afterId: string) => Promise<number>;
  /** Judges the next page. `lastId` null: there is none. */
  judgeNext: (afterId: string, limit: number) => Promise<Pick<ReplayPage, "lastId" | "scanned">>;
}

/** Works on the pass that has waited longest, if there is one. Returns whether there was. */
async function runNext(
  options: ReplayOptions,
  take: (pipeline: Pipeline) => Promise<Work | null>,
): Promise<boolean> {
  const work = await take(options.pipeline);
  if (work) await runPass(options, work);
  return work !== null;
}

/** Takes the tenant's draft that has waited longest. */
async function tenantWork(pipeline: Pipeline): Promise<Work | null> {
  const pass = await leasePass(pipeline);
  if (!pass) return null;
  const { tenantId } = pass;
  const law = pastLaw(pipeline, pass.window.since);
  return {
    ...{ pass, empty: emptyTally() },
    ...messagesOf(pipeline, pass, { tenantId }, (messages) => judgePage(pipeline, pass, law, messages)),
    count: (afterId) => countMessages(pipeline, tenantId, afterId),
  };
}

/** Takes the platform's draft that has waited longest, unless its replay has used up its time. */
async function lawWork(pipeline: Pipeline): Promise<Work | null> {
  const pass = await leaseLawPass(pipeline);
  if (!pass) return null;
  if (pass.isLate) {
    await timeOut(pipeline, pass);
    return null;
  }
  const { since } = pass.window;
  const law = {
    asItWas: pastLaw(pipeline, since),
    proposed: pastLaw(pipeline, since, [pass.proposed]),
  };
  const { country, part } = pass.proposed;
  const common = { pass, empty: emptyLawTally() };
  if (part === "replies") return { ...common, ...repliesOf(pipeline, pass, law) };
  return {
    ...common,
    ...messagesOf(pipeline, pass, { country }, (messages) => judgeLawPage(pipeline, pass, law, messages)),
    count: () => countEveryMessage(pipeline, since),
  };
}

/** Reads the messages whose decisions a pass judges. */
function messagesOf(
  pipeline: Pipeline,
  { window: { since, from, until } }: Pass<unknown>,
  scope: ReplayScope,
  judge: (messages: ReplayPage["messages"]) => Promise<void>,
): Pick<Work, "begin" | "judgeNext"> {
  return {
    begin: () => firstMessageId(pipeline, scope, since),
    judgeNext: async (afterId, limit) => {
      const range = { afterId, since: from, until, limit };
      const { messages, ...read } = await readReplayPage(pipeline, scope, range);
      if (read.lastId !== null) await judge(messages);
      return read;
    },
  };
}

/** Reads the replies that a pass reads again. Their ids are ordered by the time at which they were heard. */
function repliesOf(
  pipeline: Pipeline,
  pass: LawPass,
  law: LawVersions,
): Pick<Work, "begin" | "count" | "judgeNext"> {
  const { from, until } = pass.window;
  return {
    begin: async () => firstId(from),
    count: (afterId) => countReplies(pipeline, afterId),
    judgeNext: async (afterId, limit) => {
      const senders = await readReplySenders(pipeline, { afterId, until, limit });
      await judgeReplyPage(pipeline, pass, law, senders);
      return { lastId: senders.at(-1)?.id ?? null, scanned: senders.length };
    },
  };
}

/** Works on a pass until it ends, is taken away, or others should have their turn. */
async function runPass(options: ReplayOptions, work: Work): Promise<void> {
  const { pipeline, stop, page = PAGE, onPage } = options;
  const { pass } = work;
  let toScan: number | null = null;
  if (pass.cursor === null) {
    pass.cursor = await work.begin();
    if (!pass.isShadow) toScan = await work.count(pass.cursor);
  }
  for (let pages = 0; pages < PAGES_AT_ONCE && !stop.aborted; pages += 1) {
    const next = await judgeNext(pipeline, work, page, toScan);
    toScan = null;
    if (next === "end") return endPass(pipeline, pass, work.empty);
    if (next === "lost") return;
    await onPage?.();
    await rest(PAUSE_MS, stop);
  }
  await returnPass(pipeline, pass);
}

async function judgeNext(
  pipeline: Pipeline,
  work: Work,
  limit: number,
  toScan: number | null,
): Promise<"more" | "end" | "lost"> {
  const { pass } = work;
  const { lastId, scanned } = await work.judgeNext(pass.cursor!, limit);
  if (lastId === null) return "end";
  pass.cursor = lastId;
  return (await storePage(pipeline, pass, { lastId, scanned, toScan })) ? "more" : "lost";
}
