import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { openPipeline } from "@smscrm/db/connection";
import { isConnectionFault } from "@smscrm/db/connection-faults";
import { settleSends } from "@smscrm/db/settle";
import type { Logger } from "pino";
import { openChannels } from "./alerts/channels.ts";
import { judgeLoop } from "./alerts/judge.ts";
import { tellLoop } from "./alerts/tell.ts";
import { twilioCarrier } from "./carrier/carrier.ts";
import { inboundLoop, outboundLoop } from "./compare-with-carrier.ts";
import { dispatchLoop, ticketSize } from "./dispatch.ts";
import type { WorkerEnvironment } from "./environment.ts";
import { pricesLoop } from "./fetch-prices.ts";
import { countHandOversIn } from "./hand-over-rate.ts";
import { startImports } from "./imports/start-imports.ts";
import { completeLoop, launchLoop } from "./launch.ts";
import { keepRunning, type Loop } from "./loop.ts";
import { createWorkerMetrics } from "./metrics.ts";
import { minuteLoop, objectivesLoop } from "./objectives.ts";
import { openTicketQueue } from "./queue/tickets.ts";
import { reconcileLoop } from "./reconcile.ts";
import { restoreLoop } from "./restore.ts";
import { ClaimSize } from "./send/claim-size.ts";
import { ErrorStreaks } from "./send/error-streaks.ts";
import { processTicket } from "./send/process-ticket.ts";
import { SettleBatch } from "./send/settle-batch.ts";
import { Slots } from "./send/slots.ts";
import { TicketsAtOnce } from "./send/tickets-at-once.ts";
import { senderHealthLoop } from "./sender-health.ts";
import { heartbeatLoop, releaseLoop, sweepLoop, type Vitals } from "./upkeep.ts";

/** Everything a worker does, started. `stop` lets go of what is in hand in order and resolves when all is settled. */
export function startWorker(environment: WorkerEnvironment, log: Logger) {
  const workerId = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const pipeline = openPipeline(environment.DATABASE_URL, { name: "smscrm worker", max: 16 });
  const queue = openTicketQueue(environment);
  const carrier = twilioCarrier({
    accountSid: environment.TWILIO_ACCOUNT_SID,
    authToken: environment.TWILIO_AUTH_TOKEN,
    apiKey: environment.TWILIO_API_KEY,
    apiSecret: environment.TWILIO_API_SECRET,
    origin: environment.carrier === "simulator" ? `http://127.0.0.1:${environment.SIMULATOR_PORT}` : null,
    publicUrl: environment.PUBLIC_URL,
  });
  const slots = new Slots(environment.SEND_CONCURRENCY);
  const jobsPerTicket = ticketSize(environment.SEND_CONCURRENCY);
  const settle = new SettleBatch(
    (results) => settleSends(pipeline, results),
    (error) => log.error({ err: error }, "could not write what became of sends; trying again"),
  );
  const stopping = new AbortController();
  const vitals: Vitals = {
    startedAt: new Date(),
    beatAt: null,
    waiting: 0,
    active: 0,
    lagSeconds: 0,
    inboundLagSeconds: 0,
    databaseFailures: 0,
  };
  const metrics = createWorkerMetrics(slots, vitals);

  const sending = {
    pipeline,
    carrier,
    slots,
    claimSize: new ClaimSize(jobsPerTicket),
    settle,
    streaks: new ErrorStreaks(),
    log,
    countHandOvers: countHandOversIn(queue.redis),
    stopping: stopping.signal,
  };
  const atOnce = new TicketsAtOnce(environment.SEND_CONCURRENCY, jobsPerTicket);
  const tickets = queue.work({
    concurrency: atOnce.count,
    process: (ticket) => {
      atOnce.took(ticket.jobIds.length);
      tickets.workOn(atOnce.count);
      return processTicket(sending, ticket);
    },
    onError: (error) => log.error({ err: error }, "the queue reports an error"),
  });
  const noteFailure = (loop: string, error: unknown) => {
    metrics.loopFailures.inc({ loop });
    if (!isConnectionFault(error)) return;
    metrics.databaseFailures.inc();
    vitals.databaseFailures += 1;
  };
  const loops: Loop[] = [
    dispatchLoop(pipeline, queue, jobsPerTicket),
    launchLoop(pipeline, log),
    completeLoop(pipeline, log),
    releaseLoop(pipeline),
    reconcileLoop(pipeline, carrier, log),
    restoreLoop(pipeline, carrier, log),
    inboundLoop(pipeline, carrier, log),
    outboundLoop(pipeline, carrier, log),
    pricesLoop(pipeline, carrier, log),
    senderHealthLoop(pipeline, log),
    sweepLoop(pipeline),
    heartbeatLoop(pipeline, queue, { workerId, carrier: environment.carrier }, vitals),
    judgeLoop(pipeline),
    tellLoop({
      pipeline,
      channels: openChannels(environment, log),
      publicUrl: environment.PUBLIC_URL,
      log,
      stopping: stopping.signal,
      onTry: (channel, outcome) => metrics.notices.inc({ channel, outcome }),
    }),
    objectivesLoop(pipeline, metrics),
    minuteLoop(pipeline, workerId, vitals),
  ];
  const running = loops.map((loop) => keepRunning(loop, stopping.signal, log, noteFailure));
  const imports = startImports({ pipeline, workerId, log, stop: stopping.signal });

  return {
    queue,
    slots,
    vitals,
    metrics,
    stop: async () => {
      stopping.abort();
      await Promise.all([...running, imports, tickets.close()]);
      await queue.close();
      await pipeline.end({ timeout: 5 });
    },
  };
}
