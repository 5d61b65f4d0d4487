import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { alertCountQuery } from "../../data/alerts.ts";
import type { Summary } from "../../data/home.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { mayOpen } from "../../shell/pages-list.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { Card } from "../../ui/page.tsx";
import { countOf } from "../../ui/words/format.ts";

type Task = { href: string; icon: IconName; text: string; urgent?: boolean };

/** Tasks for a person, the most urgent first. */
export function AttentionCard(props: { summary: Summary }): JSX.Element {
  const me = useMe();
  const mayGo = (href: string) => mayOpen(me().permissions, href.split("?")[0]!);
  const alerts = useQuery(() => ({ ...alertCountQuery(), enabled: mayGo("/alerts") }));
  const tasks = () =>
    tasksOf(props.summary, alerts.isSuccess ? alerts.data.critical + alerts.data.warning : 0).filter(
      ({ href }) => mayGo(href),
    );
  return (
    <Card title="Needs attention" flush>
      <Show
        when={tasks().length > 0}
        fallback={
          <p class="flex items-center gap-2.5 px-5 py-4 text-muted">
            <Icon name="check" class="size-4 text-ok" /> You’re all caught up.
          </p>
        }
      >
        <ul>
          <For each={tasks()}>
            {(task) => (
              <li class="border-b border-line last:border-0">
                <A
                  href={task.href}
                  class="flex items-center gap-3 px-5 py-3 -outline-offset-2 hover:bg-sunken/60"
                >
                  <Icon name={task.icon} class={`size-4 ${task.urgent ? "text-warn" : "text-muted"}`} />
                  <span class="min-w-0 grow">{task.text}</span>
                  <Icon name="right" class="size-4 text-muted" />
                </A>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Card>
  );
}

function tasksOf({ inbox, today, running, drafts, imports, approvals }: Summary, alerts: number): Task[] {
  const paused = running.filter((campaign) => campaign.status === "paused").length;
  const all: (Task & { count: number })[] = [
    {
      count: alerts,
      href: "/alerts",
      icon: "warning",
      urgent: true,
      text: `${countOf(alerts, "alert is", "alerts are")} open`,
    },
    {
      count: inbox.undecided,
      href: "/inbox?view=undecided",
      icon: "block",
      urgent: true,
      text: `Decide ${countOf(inbox.undecided, "possible opt-out")}`,
    },
    {
      count: approvals.notLaunched,
      href: "/campaigns?status=draft",
      icon: "warning",
      urgent: true,
      text: `${countOf(approvals.notLaunched, "scheduled campaign was", "scheduled campaigns were")} not launched`,
    },
    {
      count: approvals.toDecide,
      href: approvals.onlyId ? `/campaigns/approvals/${approvals.onlyId}` : "/campaigns/approvals",
      icon: "check",
      urgent: true,
      text: `Decide about ${countOf(approvals.toDecide, "launch", "launches")}`,
    },
    {
      count: approvals.returned,
      href: "/campaigns/approvals",
      icon: "edit",
      text: `${countOf(approvals.returned, "launch", "launches")} returned to you`,
    },
    {
      count: approvals.toLaunch,
      href: "/campaigns/approvals",
      icon: "send",
      text: `Launch ${countOf(approvals.toLaunch, "approved campaign")}`,
    },
    {
      count: today.queuedForBudget,
      href: "/budgets",
      icon: "wallet",
      urgent: true,
      text: `${countOf(today.queuedForBudget, "message is", "messages are")} waiting for the budget`,
    },
    {
      count: inbox.unread,
      href: "/inbox?view=unread",
      icon: "inbox",
      text: `Read ${countOf(inbox.unread, "conversation")}`,
    },
    {
      count: paused,
      href: "/campaigns?status=paused",
      icon: "pause",
      text: `${countOf(paused, "campaign is", "campaigns are")} paused`,
    },
    {
      count: imports.count,
      href: imports.count === 1 ? `/contacts/import/${imports.newestId}` : "/contacts/import",
      icon: "upload",
      text: `${countOf(imports.count, "import needs", "imports need")} your answers`,
    },
    {
      count: drafts,
      href: "/campaigns?status=draft",
      icon: "edit",
      text: `${countOf(drafts, "draft")} to launch`,
    },
  ];
  return all.filter((task) => task.count > 0);
}
