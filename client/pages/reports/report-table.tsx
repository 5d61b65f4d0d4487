import { costPerReply, deliveryRate, type Figure } from "@smscrm/core/reports/figures";
import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import type { Report, ReportRow } from "../../data/reports/reports.ts";
import { mayOpen } from "../../shell/pages-list.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Empty } from "../../ui/loaded.tsx";
import { type Column, Table, Under } from "../../ui/table.tsx";
import { formatCount, formatMoney, formatShare } from "../../ui/words/format.ts";
import { DIMENSION_WORDS, FIGURE_WORDS, inOrder, messagesOf, rowWords } from "./report-words.ts";

/** The figures by one dimension. Each count opens its messages. */
export function ReportTable(props: { report: Report }): JSX.Element {
  const by = () => props.report.by;
  const rows = () => inOrder(by(), props.report.rows);
  return (
    <Show
      when={rows().length > 0}
      fallback={
        <Empty icon="check" title={by() === "failed" ? "Nothing failed" : "Nothing to show"}>
          {by() === "failed" || by() === "notSent"
            ? "No message of this period is in this table."
            : "Choose a longer period."}
        </Empty>
      }
    >
      <Table
        caption={`Figures by ${DIMENSION_WORDS[by()].toLowerCase()}`}
        columns={columnsOf(props.report)}
        rows={rows()}
      />
    </Show>
  );
}

function columnsOf(report: Report): Column<ReportRow>[] {
  const { by } = report;
  const count = (figure: Figure, from?: "sm" | "md" | "lg"): Column<ReportRow> => ({
    head: FIGURE_WORDS[figure],
    numeric: true,
    ...(from && { from }),
    cell: (row) => <Count figure={figure} report={report} row={row} />,
  });
  const first: Column<ReportRow> = {
    head: DIMENSION_WORDS[by],
    class: "min-w-32 wrap-anywhere",
    cell: (row) => (
      <>
        <bdi>{rowWords(by, row)}</bdi>
        <Under class="lg:hidden">
          {by === "notSent" || by === "failed"
            ? ""
            : `${formatCount(row.failed)} failed · ${formatCount(row.replied)} replied`}
        </Under>
      </>
    ),
  };
  if (by === "failed") return [first, count("failed"), cost(report)].filter((column) => column !== null);
  if (by === "notSent") return [first, count("notSent")];
  return [
    first,
    count("sent"),
    count("delivered"),
    { head: "Rate", numeric: true, from: "md" as const, cell: (row: ReportRow) => rateOf(row) },
    count("failed", "lg"),
    count("notSent", "lg"),
    count("replied", "lg"),
    count("optedOut", "lg"),
    count("clicked", "lg"),
    cost(report),
    perReply(report),
  ].filter((column) => column !== null);
}

const rateOf = (row: ReportRow) => {
  const rate = deliveryRate(row);
  return rate === null ? "–" : formatShare(rate);
};

function cost({ totals }: Report): Column<ReportRow> | null {
  if (totals.costMicros === null) return null;
  return { head: "Cost", numeric: true, from: "sm", cell: (row) => <Money micros={row.costMicros} /> };
}

function perReply({ totals }: Report): Column<ReportRow> | null {
  if (totals.costMicros === null) return null;
  return {
    head: "Per reply",
    numeric: true,
    from: "lg",
    cell: (row) => <Money micros={costPerReply({ ...row, costMicros: row.costMicros ?? 0 })} />,
  };
}

function Money(props: { micros: number | null }): JSX.Element {
  const me = useMe();
  return <>{props.micros === null ? "–" : formatMoney(props.micros, me().tenant.currency)}</>;
}

function Count(props: { figure: Figure; report: Report; row: ReportRow }): JSX.Element {
  const me = useMe();
  const shown = () => formatCount(props.row[props.figure]);
  const name = () => rowWords(props.report.by, props.row);
  return (
    <Show when={props.row[props.figure] > 0 && mayOpen(me().permissions, "/messages")} fallback={shown()}>
      <A
        href={messagesOf(props.figure, props.report.period, { by: props.report.by, key: props.row.key })}
        aria-label={`${shown()} ${FIGURE_WORDS[props.figure].toLowerCase()}, ${name()}: open messages`}
        class="rounded underline decoration-line underline-offset-4 hover:decoration-current"
      >
        {shown()}
      </A>
    </Show>
  );
}
