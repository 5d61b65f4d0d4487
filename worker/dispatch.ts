import type { Pipeline } from "@smscrm/db/connection";
import { leaseDueJobs } from "@smscrm/db/dispatch";
import type { Loop } from "./loop.ts";
import type { Ticket, TicketQueue } from "./queue/tickets.ts";
import { QueueLength } from "./queue-length.ts";

const MOST_PER_TICKET = 100;

/** Jobs per ticket: no more than fill a worker's slots twice, for what waits for a slot keeps others waiting. */
export function ticketSize(slots: number): number {
  return Math.min(MOST_PER_TICKET, 2 * slots);
}

const BUSY_MS = 50;
const IDLE_MS = 250;

/** Leases due jobs, tenant after tenant by fair turns, and puts them on the queue as tickets. Every worker does it. */
export function dispatchLoop(pipeline: Pipeline, queue: TicketQueue, jobsPerTicket: number): Loop {
  const length = new QueueLength();
  return {
    name: "dispatch",
    run: async () => {
      const { waiting } = await queue.depth();
      const room = length.room(waiting);
      const tickets: Ticket[] = await leaseDueJobs(pipeline, room, jobsPerTicket);
      length.added(tickets.length, room);
      if (tickets.length > 0) await queue.add(tickets);
      return tickets.length > 0 || waiting > 0 ? BUSY_MS : IDLE_MS;
    },
  };
}
