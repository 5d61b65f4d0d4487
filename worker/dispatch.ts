import type { Pipeline } from "@smscrm/db/connection";
import { leaseDueJobs } from "@smscrm/db/dispatch";
import type { Loop } from "./loop.ts";
import type { Ticket, TicketQueue } from "./queue/tickets.ts";

/** Jobs per ticket, and tickets that may wait: a short queue keeps a pause quick and a newcomer's turn near. */
export const JOBS_PER_TICKET = 100;
const MOST_WAITING = 12;

const BUSY_MS = 50;
const IDLE_MS = 250;

/** Leases due jobs, tenant after tenant by fair turns, and puts them on the queue as tickets. Every worker does it. */
export function dispatchLoop(pipeline: Pipeline, queue: TicketQueue): Loop {
  return {
    name: "dispatch",
    run: async () => {
      const { waiting } = await queue.depth();
      const tickets: Ticket[] = await leaseDueJobs(pipeline, MOST_WAITING - waiting, JOBS_PER_TICKET);
      if (tickets.length > 0) await queue.add(tickets);
      return tickets.length > 0 || waiting > 0 ? BUSY_MS : IDLE_MS;
    },
  };
}
