import type { AppRouter } from "@smscrm/server/router";
import type { inferRouterOutputs } from "@trpc/server";
import type { LedgerSummary } from "./session.ts";

type Outputs = inferRouterOutputs<AppRouter>;
type Progress = Outputs["campaigns"]["progress"];
type Preflight = Outputs["campaigns"]["preflight"];
type Campaign = { preflight: Preflight; launchedAt: Date; end: Progress };

export interface DemoReport {
  seconds: number;
  imported: Outputs["imports"]["get"];
  main: Campaign;
  small: Campaign;
  ledger: { before: LedgerSummary; after: LedgerSummary } | null;
}

/** Returns the counts as one object, and a sentence for each sum that is wrong. */
export function checksOf(report: DemoReport): { summary: object; faults: string[] } {
  const { imported, main, small, ledger } = report;
  const faults: string[] = [];
  const equal = (what: string, one: number, other: number) => {
    if (one !== other) faults.push(`${what}: ${one} is not ${other}`);
  };
  const rows = imported.created + imported.updated + imported.unchanged + imported.rejected;
  equal(
    "created + updated + unchanged + rejected = rows of the file",
    rows,
    imported.rowsTotal ?? Number.NaN,
  );
  equal("the main campaign's counts = its audience", total(main.end), main.end.audience);
  equal("the small campaign's counts = its audience", total(small.end), small.end.audience);
  const submitted = main.end.sent + small.end.sent;
  const requests = ledger ? ledger.after.accepted - ledger.before.accepted : null;
  if (requests !== null)
    equal("requests that the simulator accepted = messages counted as sent", requests, submitted);
  if (ledger) equal("messages submitted twice", ledger.after.duplicates - ledger.before.duplicates, 0);
  const summary = {
    seconds: Math.round(report.seconds * 10) / 10,
    import: {
      rows: imported.rowsTotal,
      created: imported.created,
      updated: imported.updated,
      unchanged: imported.unchanged,
      rejected: imported.rejected,
      rejectedByReason: imported.rejectedByReason,
      keptOptedOut: imported.keptOptedOut,
    },
    main: summaryOf(main),
    small: summaryOf(small),
    simulator: ledger ? { accepted: requests, duplicates: ledger.after.duplicates } : null,
    addsUp: faults.length === 0,
  };
  return { summary, faults };
}

const total = (progress: Progress) => progress.counts.reduce((sum, one) => sum + one.jobs, 0);

/** Returns the whole seconds from `start` to a time. */
const secondsFrom = (start: Date | string, moment: string | null) =>
  moment === null ? null : Math.round((Date.parse(moment) - new Date(start).getTime()) / 100) / 10;

function summaryOf({ preflight, launchedAt, end }: Campaign) {
  return {
    audience: end.audience,
    sent: end.sent,
    byStatus: Object.fromEntries(
      [...new Set(end.counts.map((one) => one.status))].map((status) => [
        status,
        end.counts.filter((one) => one.status === status).reduce((sum, one) => sum + one.jobs, 0),
      ]),
    ),
    byReason: Object.fromEntries(
      end.counts.filter((one) => one.reason !== "").map((one) => [`${one.status}: ${one.reason}`, one.jobs]),
    ),
    spentMicros: end.spentMicros,
    secondsToLastHandOver: secondsFrom(launchedAt, end.lastSubmittedAt),
    nextOpeningAt: end.nextOpeningAt,
    preflight: {
      now: preflight.now.count,
      waits: preflight.waits.map(({ reason, count, earliest }) => ({ reason, count, earliest })),
      refused: preflight.refused.map(({ reason, count }) => ({ reason, count })),
      likelyMicros: preflight.cost.likelyMicros,
      secondsToFinish: secondsFrom(preflight.launchAt ?? preflight.evaluatedAt, preflight.finishAt),
    },
  };
}
