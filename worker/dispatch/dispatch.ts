import type { Pipeline } from "@smscrm/db/postgres/connection";
import { leaseDueJobs } from "@smscrm/db/send/dispatch";
import type { Loop } from "../loop.ts";
import { QueueLength } from "./queue-length.ts";
import type { Ticket, TicketQueue } from "./tickets.ts";

const PER_TICKET_MAX = 100;

/** Jobs per ticket: at most twice what a worker's slots hold, because jobs that wait for a slot delay other tenants. */
export function ticketSize(slots: number): number {
  return Math.min(PER_TICKET_MAX, 2 * slots);
}

const BUSY_MS = 50;
const IDLE_MS = 250;

/** Leases due jobs, fairly among tenants, and puts them on the queue as tickets. Every worker does it. */
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
