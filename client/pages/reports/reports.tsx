import { DIMENSIONS } from "@smscrm/core/reports/figures";
import { daysOf, PERIODS } from "@smscrm/core/reports/period";
import { For, type JSX, Show } from "solid-js";
import { type Report, type ReportAsked, reportQuery } from "../../data/reports/reports.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { ListExport } from "../../shell/export-button.tsx";
import { Chart } from "../../ui/charts/chart.tsx";
import { buttonClass, LinkButton } from "../../ui/controls/button.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { usePageFilters } from "../../ui/page-filters.ts";
import { Moment } from "../../ui/time/moment.tsx";
import { countOf } from "../../ui/words/format.ts";
import { FigureHelp, FigureTiles } from "./figure-tiles.tsx";
import { PeriodPicker, type ReportSearch } from "./period-picker.tsx";
import { ReportMailCard } from "./report-mail-card.tsx";
import { ReportTable } from "./report-table.tsx";
import { DIMENSION_WORDS, dayWords } from "./report-words.ts";

export default function ReportsPage(): JSX.Element {
  const [search, setSearch] = usePageFilters<ReportSearch>();
  const asked = (): ReportAsked => ({
    period: PERIODS.find((name) => name === search().period) ?? "30d",
    by: DIMENSIONS.find((name) => name === search().by) ?? "campaign",
    ...(search().period === "custom" ? { from: search().from, to: search().to } : {}),
  });
  const query = useQuery(() => reportQuery(asked()));
  return (
    <>
      <PageHead
        title="Reports"
        lead="What became of your messages. Every figure opens the messages that it counts."
        actions={<ListExport list="report" filter={asked()} />}
      />
      <PeriodPicker
        search={search()}
        period={asked().period ?? "30d"}
        shown={query.data?.period}
        onChange={(change) => setSearch(change)}
      />
      <Loaded query={query}>
        {(report) => <Figures report={report()} onBy={(by) => setSearch({ by })} />}
      </Loaded>
      <div class="mt-4">
        <ReportMailCard />
      </div>
    </>
  );
}

function Figures(props: { report: Report; onBy: (by: string) => void }): JSX.Element {
  const isEmpty = () => props.report.totals.sent + props.report.totals.notSent === 0;
  return (
    <div class="grid gap-4">
      <p class="text-[0.8125rem] text-muted" role="status">
        {dayWords(props.report.period.from)} to {dayWords(props.report.period.to)} in {props.report.zone},
        compared with {dayWords(props.report.before.from)} to {dayWords(props.report.before.to)}.{" "}
        <Show when={props.report.countedAt} fallback="Counting has not finished yet.">
          {(at) => (
            <>
              Counted up to <Moment at={at()} precision="minute" />.
            </>
          )}
        </Show>
      </p>
      <Show
        when={!isEmpty()}
        fallback={
          <Card>
            <Empty
              icon="chart"
              title="No messages in this period"
              action={<LinkButton href="/campaigns/new">New campaign</LinkButton>}
            >
              Once a campaign is launched, this page shows what was delivered, answered and spent, by
              campaign, sender and country. Choose a longer period to see older messages.
            </Empty>
          </Card>
        }
      >
        <FigureTiles report={props.report} />
        <Card title="Sent per day">
          <DailyChart report={props.report} />
        </Card>
        <Card flush>
          <fieldset aria-label="Table by" class="flex flex-wrap gap-1 border-b border-line p-3">
            <For each={DIMENSIONS}>
              {(by) => (
                <button
                  type="button"
                  aria-pressed={props.report.by === by}
                  onClick={() => props.onBy(by)}
                  class={`${buttonClass("quiet", "small")} aria-pressed:bg-accent-soft aria-pressed:text-accent`}
                >
                  {DIMENSION_WORDS[by]}
                </button>
              )}
            </For>
          </fieldset>
          <ReportTable report={props.report} />
        </Card>
        <FigureHelp />
      </Show>
    </div>
  );
}

/** A local day at the viewer's midnight, so that the axis shows its date. */
const timeOf = (day: string) => new Date(`${day}T00:00`).getTime();

function DailyChart(props: { report: Report }): JSX.Element {
  const days = () => daysOf(props.report.period);
  // Both lines stand on the days of this period.
  const series = (period: Report["period"], found: Report["days"]) => {
    const sentOn = new Map(found.map(({ day, sent }) => [day, sent]));
    return { at: days().map(timeOf), values: daysOf(period).map((day) => sentOn.get(day) ?? 0) };
  };
  return (
    <Chart
      label="sent"
      daily
      series={series(props.report.period, props.report.days)}
      compared={{ label: "period before", series: series(props.report.before, props.report.daysBefore) }}
      summary={`${countOf(props.report.totals.sent, "message")} sent in ${countOf(days().length, "day")}, ${countOf(props.report.totalsBefore.sent, "message")} in the period before. The table below has the figures.`}
    />
  );
}
