import { routeConversations } from "@smscrm/db/inbox/team/route";
import { indexOldTexts } from "@smscrm/db/inbox/team/search";
import { wakeSnoozed } from "@smscrm/db/inbox/team/snooze";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { Loop } from "../loop.ts";

const IDLE_MS = 500;

/** Brings snoozed conversations back, and gives new ones to members by the tenants' rules. */
export function inboxLoop(pipeline: Pipeline): Loop {
  return {
    name: "inbox",
    run: async () => {
      const woken = await wakeSnoozed(pipeline);
      const routed = await routeConversations(pipeline);
      return woken + routed > 0 ? 0 : IDLE_MS;
    },
  };
}

const INDEXED_ALL_MS = 60 * 60_000;
/** The database rests as long between the batches: sending comes first. */
const INDEX_REST_MS = 100;

/** Indexes the texts from before an upgrade for the search. */
export function searchIndexLoop(pipeline: Pipeline): Loop {
  return {
    name: "search index",
    run: async () => ((await indexOldTexts(pipeline)) > 0 ? INDEX_REST_MS : INDEXED_ALL_MS),
  };
}
