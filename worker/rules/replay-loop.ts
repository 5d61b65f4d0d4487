import { emptyLawTally } from "@smscrm/core/replay/law-replay";
import type { StoredMessage } from "@smscrm/core/replay/stored-message";
import { emptyTally } from "@smscrm/core/replay/tally";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { rest } from "@smscrm/db/postgres/rest";
import {
  endPass,
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
  type ReplayScope,
  readReplayPage,
} from "@smscrm/db/rules/replay-source";
import type { Loop } from "../loop.ts";
import { judgeLawPage } from "./judge-law-page.ts";
import { judgePage } from "./judge-page.ts";
import { pastLaw } from "./past-law.ts";

const IDLE_MS = 2_000;
/** Between pages, so that sending goes first. */
const PAUSE_MS = 10;
const PAGE = 500;
/** Then another draft has its turn. */
const PAGES_AT_ONCE = 400;

/**
 * Replays drafts of sending rules, and of countries' rules, over the stored decisions, page by page. It only reads what
 * was decided, and a killed worker's pass goes on at its last page.
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
  /** How many messages a page looks at. */
  page?: number;
  /** Called after each page that was stored. */
  onPage?: () => Promise<void>;
}

/** A pass with what it reads and how it judges. */
interface Work {
  pass: Pass<object>;
  scope: ReplayScope;
  empty: object;
  count: (afterId: string) => Promise<number>;
  judge: (messages: readonly StoredMessage[]) => Promise<void>;
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
    ...{ pass, scope: { tenantId }, empty: emptyTally() },
    count: (afterId) => countMessages(pipeline, tenantId, afterId),
    judge: (messages) => judgePage(pipeline, pass, law, messages),
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
  return {
    ...{ pass, scope: { country: pass.proposed.country }, empty: emptyLawTally() },
    count: () => countEveryMessage(pipeline, since),
    judge: (messages) => judgeLawPage(pipeline, pass, law, messages),
  };
}

/** Works on a pass until it ends, is taken away, or others should have their turn. */
async function runPass(options: ReplayOptions, work: Work): Promise<void> {
  const { pipeline, stop, page = PAGE, onPage } = options;
  const { pass } = work;
  let toScan: number | null = null;
  if (pass.cursor === null) {
    pass.cursor = await firstMessageId(pipeline, work.scope, pass.window.since);
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
  { pass, scope, judge }: Work,
  limit: number,
  toScan: number | null,
): Promise<"more" | "end" | "lost"> {
  const { from, until } = pass.window;
  const { messages, lastId, scanned } = await readReplayPage(pipeline, scope, {
    ...{ afterId: pass.cursor!, since: from, until, limit },
  });
  if (lastId === null) return "end";
  await judge(messages);
  pass.cursor = lastId;
  return (await storePage(pipeline, pass, { lastId, scanned, toScan })) ? "more" : "lost";
}
