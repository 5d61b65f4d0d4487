import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { ClaimSize } from "@smscrm/core/claim/claim-size";
import { ErrorStreaks } from "@smscrm/core/send/error-streaks";
import { TicketConcurrency } from "@smscrm/core/send/ticket-concurrency";
import { openPipeline } from "@smscrm/db/postgres/connection";
import { isConnectionFault } from "@smscrm/db/postgres/connection-faults";
import { settleSends } from "@smscrm/db/send/settle";
import type { Logger } from "pino";
import { checkLogsLoop, signLogsLoop } from "./audit/audit-loops.ts";
import { signerOf } from "./audit/signing-key.ts";
import { twilioCarrier } from "./carrier/carrier.ts";
import { restoreLoop } from "./carrier/catch-up-after-restore.ts";
import { inboundLoop, outboundLoop } from "./carrier/compare-with-carrier.ts";
import { pricesLoop } from "./carrier/fetch-prices.ts";
import { registrationsLoop } from "./carrier/read-registrations.ts";
import { reconcileLoop } from "./carrier/reconcile.ts";
import { bulkLoop } from "./changes/bulk-loop.ts";
import { undoLoop } from "./changes/undo-loop.ts";
import { dispatchLoop, ticketSize } from "./dispatch/dispatch.ts";
import { completeLoop, launchLoop } from "./dispatch/launch.ts";
import { openTicketQueue } from "./dispatch/tickets.ts";
import { WORKER_POOLS, type WorkerEnvironment } from "./environment.ts";
import { flowLoop } from "./flows/flow-loop.ts";
import { compareLoop } from "./imports/compare-loop.ts";
import { importLoop } from "./imports/import-loop.ts";
import { inboxLoop, searchIndexLoop } from "./inbox/inbox-loop.ts";
import { keepRunning, type Loop } from "./loop.ts";
import { openChannels } from "./monitoring/alerts/channels.ts";
import { evaluateLoop } from "./monitoring/alerts/evaluate.ts";
import { notifyLoop } from "./monitoring/alerts/notify.ts";
import { createWorkerMetrics } from "./monitoring/metrics.ts";
import { minuteLoop, objectivesLoop } from "./monitoring/objectives.ts";
import { erasureListOf } from "./privacy/environment.ts";
import { erasureLoop } from "./privacy/erasure-loop.ts";
import { retentionLoop } from "./privacy/retention-loop.ts";
import { reportCheckLoop, reportLoop, serviceHoursLoop } from "./reports/report-loops.ts";
import { replayLoop } from "./rules/replay-loop.ts";
import { AdaptiveConcurrency } from "./send/adaptive-concurrency.ts";
import { processTicket } from "./send/process-ticket.ts";
import { senderHealthLoop } from "./send/sender-health.ts";
import { SettleBatch } from "./send/settle-batch.ts";
import { countSubmissionsIn } from "./send/submission-rate.ts";
import { backfillLoop, firstPartLoop, heartbeatLoop, releaseLoop, sweepLoop, type Vitals } from "./upkeep.ts";

/** Starts all the parts of a worker. `stop` ends them in order and resolves when all is settled. */
export function startWorker(environment: WorkerEnvironment, log: Logger) {
  const workerId = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const pipeline = openPipeline(environment.DATABASE_URL, {
    name: "smscrm worker",
    max: WORKER_POOLS.pipeline,
  });
  const queue = openTicketQueue(environment);
  const carrier = twilioCarrier({
    accountSid: environment.TWILIO_ACCOUNT_SID,
    authToken: environment.TWILIO_AUTH_TOKEN,
    apiKey: environment.TWILIO_API_KEY,
    apiSecret: environment.TWILIO_API_SECRET,
    origin: environment.carrier === "simulator" ? `http://127.0.0.1:${environment.SIMULATOR_PORT}` : null,
    publicUrl: environment.PUBLIC_URL,
  });
  const concurrency = new AdaptiveConcurrency(environment.SEND_CONCURRENCY);
  const jobsPerTicket = ticketSize(environment.SEND_CONCURRENCY);
  const settle = new SettleBatch(
    (results) => settleSends(pipeline, results),
    (error) => log.error({ err: error }, "could not write the results of sends; trying again"),
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
  const metrics = createWorkerMetrics(concurrency, vitals);

  const sending = {
    pipeline,
    publicUrl: environment.PUBLIC_URL,
    carrier,
    concurrency,
    claimSize: new ClaimSize(jobsPerTicket),
    settle,
    streaks: new ErrorStreaks(),
    log,
    countSubmissions: countSubmissionsIn(queue.redis),
    stopping: stopping.signal,
  };
  const atOnce = new TicketConcurrency(environment.SEND_CONCURRENCY, jobsPerTicket);
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
    launchLoop(pipeline, environment.PUBLIC_URL, log),
    completeLoop(pipeline, log),
    flowLoop(pipeline),
    inboxLoop(pipeline),
    searchIndexLoop(pipeline),
    releaseLoop(pipeline),
    firstPartLoop(pipeline, log),
    reconcileLoop(pipeline, carrier, log),
    restoreLoop(pipeline, carrier, log),
    inboundLoop(pipeline, carrier, log),
    outboundLoop(pipeline, carrier, log),
    pricesLoop(pipeline, carrier, log),
    registrationsLoop(pipeline, carrier, log),
    senderHealthLoop(pipeline, log),
    sweepLoop(pipeline),
    backfillLoop(pipeline),
    heartbeatLoop(pipeline, queue, { workerId, carrier: environment.carrier }, vitals),
    evaluateLoop(pipeline),
    notifyLoop({
      pipeline,
      channels: openChannels(environment, log),
      publicUrl: environment.PUBLIC_URL,
      log,
      stopping: stopping.signal,
      onTry: (channel, outcome) => metrics.notices.inc({ channel, outcome }),
    }),
    importLoop({ pipeline, workerId, log, stop: stopping.signal }),
    compareLoop({ pipeline, workerId, log, stop: stopping.signal }),
    bulkLoop({ pipeline, workerId, log, stop: stopping.signal }),
    undoLoop({ pipeline, workerId, log, stop: stopping.signal }),
    objectivesLoop(pipeline, metrics),
    minuteLoop(pipeline, workerId, vitals),
    signLogsLoop(pipeline, { signer: signerOf(environment), copyTo: environment.AUDIT_COPY }, log),
    checkLogsLoop(pipeline, log),
    erasureLoop(pipeline, erasureListOf(environment), log),
    retentionLoop(pipeline),
    replayLoop({ pipeline, stop: stopping.signal }),
    reportLoop(pipeline),
    reportCheckLoop(pipeline, log),
    serviceHoursLoop(pipeline, vitals),
  ];
  const running = loops.map((loop) => keepRunning(loop, stopping.signal, log, noteFailure));

  return {
    queue,
    concurrency,
    vitals,
    metrics,
    stop: async () => {
      stopping.abort();
      await Promise.all([...running, tickets.close()]);
      await queue.close();
      await pipeline.end({ timeout: 5 });
    },
  };
}
