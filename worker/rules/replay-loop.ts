import type { Pipeline } from "@smscrm/db/postgres/connection";
import { rest } from "@smscrm/db/postgres/rest";
import { endPass, leasePass, type ReplayPass, returnPass, storePage } from "@smscrm/db/rules/replay-passes";
import { countMessages, firstMessageId, readReplayPage } from "@smscrm/db/rules/replay-source";
import type { Loop } from "../loop.ts";
import { judgePage } from "./judge-page.ts";
import { type PastLaw, pastLaw } from "./past-law.ts";

const IDLE_MS = 2_000;
/** Between pages, so that sending goes first. */
const PAUSE_MS = 10;
const PAGE = 500;
/** Then another draft has its turn. */
const PAGES_AT_ONCE = 400;

/**
 * Replays drafts of sending rules over the stored decisions, page by page. It only reads what was decided, and a killed
 * worker's pass goes on at its last page.
 */
export function replayLoop(options: ReplayOptions): Loop {
  return {
    name: "replay",
    run: async () => ((await replayOnce(options)) ? PAUSE_MS : IDLE_MS),
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

/** Works on the pass that has waited longest, if there is one. Returns whether there was. */
async function replayOnce(options: ReplayOptions): Promise<boolean> {
  const { pipeline, stop, page = PAGE, onPage } = options;
  const pass = await leasePass(pipeline);
  if (!pass) return false;
  const law = pastLaw(pipeline, pass.window.since);
  let toScan: number | null = null;
  if (pass.cursor === null) {
    pass.cursor = await firstMessageId(pipeline, pass.tenantId, pass.window.since);
    if (!pass.isShadow) toScan = await countMessages(pipeline, pass.tenantId, pass.cursor);
  }
  for (let pages = 0; pages < PAGES_AT_ONCE && !stop.aborted; pages += 1) {
    const next = await judgeNext(pipeline, pass, law, page, toScan);
    toScan = null;
    if (next === "end") {
      await endPass(pipeline, pass);
      return true;
    }
    if (next === "lost") return true;
    await onPage?.();
    await rest(PAUSE_MS, stop);
  }
  await returnPass(pipeline, pass);
  return true;
}

async function judgeNext(
  pipeline: Pipeline,
  pass: ReplayPass,
  law: PastLaw,
  limit: number,
  toScan: number | null,
): Promise<"more" | "end" | "lost"> {
  const { from, until } = pass.window;
  const { messages, lastId, scanned } = await readReplayPage(pipeline, pass.tenantId, {
    ...{ afterId: pass.cursor!, since: from, until, limit },
  });
  if (lastId === null) return "end";
  await judgePage(pipeline, pass, law, messages);
  pass.cursor = lastId;
  return (await storePage(pipeline, pass, { lastId, scanned, toScan })) ? "more" : "lost";
}
