import { routeConversations } from "@smscrm/db/inbox/team/route";
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
