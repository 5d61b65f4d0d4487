import { For, type JSX, Show } from "solid-js";
import { reportMailsQuery, useSetReportMail } from "../../data/reports/reports.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Checkbox } from "../../ui/controls/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";

const CADENCES = [
  { cadence: "week", label: "Every week", hint: "On Monday from 7:00, about the week before." },
  { cadence: "month", label: "Every month", hint: "On the 1st from 7:00, about the month before." },
] as const;

/** The member's own reports by mail. Nobody turns them on for somebody else. */
export function ReportMailCard(): JSX.Element {
  const query = useQuery(reportMailsQuery);
  const set = useSetReportMail();
  const change = (cadence: "week" | "month", isOn: boolean) =>
    set.mutate(
      { cadence, isOn },
      {
        onSuccess: () =>
          notifyDone(isOn ? "You get this report by mail" : "You no longer get this report by mail"),
        onError: (error) => notifyProblem(sentenceOf(error)),
      },
    );
  return (
    <Card
      title="Reports by mail"
      hint="The totals, sent to the address you sign in with. Nobody else gets them."
    >
      <Loaded query={query}>
        {(mails) => (
          <Show
            when={mails().canMail || mails().cadences.length > 0}
            fallback={
              <p class="text-muted">This server sends no mail. Ask the person who runs it to set it up.</p>
            }
          >
            <div class="flex flex-wrap gap-x-10 gap-y-4">
              <For each={CADENCES}>
                {({ cadence, label, hint }) => (
                  <Checkbox
                    label={label}
                    hint={hint}
                    checked={mails().cadences.includes(cadence)}
                    disabled={set.isPending}
                    onChange={(event) => change(cadence, event.currentTarget.checked)}
                  />
                )}
              </For>
            </div>
          </Show>
        )}
      </Loaded>
    </Card>
  );
}
