import type { RoutingRule } from "@smscrm/core/inbox/routing";
import { everyDay, type WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { createSignal, Index, type JSX, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import {
  type InboxSettings,
  inboxSettingsQuery,
  teamsQuery,
  useSaveInboxSettings,
} from "../../../data/inbox/team.ts";
import { assigneesQuery } from "../../../data/inbox.ts";
import { codeOf, sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied, useMe } from "../../../shell/session-context.tsx";
import { Button, IconButton } from "../../../ui/controls/button.tsx";
import { Checkbox, Select, TextArea, TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { LeaveGuard } from "../../../ui/leave-guard.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card } from "../../../ui/page.tsx";
import { WeekScheduleField } from "../../../ui/time/week-schedule.tsx";
import { notifyDone } from "../../../ui/toast.tsx";

/** Who is given which conversation, when the team works, and what people are answered outside these hours. */
export function RoutingSection(): JSX.Element {
  const query = useQuery(inboxSettingsQuery);
  return (
    <Loaded query={query}>
      {(settings) => <Form settings={settings()} onReload={() => query.refetch()} />}
    </Loaded>
  );
}

type Line = { words: string; to: string };
const lineOf = ({ words, teamId, userId }: RoutingRule): Line => ({
  words: words.join(", "),
  to: teamId ? `team:${teamId}` : `member:${userId}`,
});
const ruleOf = ({ words, to }: Line): RoutingRule => {
  const [kind, id = ""] = to.split(":");
  return {
    words: words
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean),
    teamId: kind === "team" ? id : null,
    userId: kind === "member" ? id : null,
  };
};
const formOf = (settings: InboxSettings) => ({
  lines: settings.routing.map(lineOf),
  hours: settings.workingHours as WeekSchedule | null,
  answer: settings.outOfHoursAnswer ?? "",
  version: settings.version,
});
const FIRST_HOURS: WeekSchedule = everyDay("09:00", "17:00").map((day, n) => (n > 4 ? null : day));

function Form(props: { settings: InboxSettings; onReload: () => Promise<unknown> }): JSX.Element {
  const me = useMe();
  const denied = useDenied();
  const teams = useQuery(teamsQuery);
  const members = useQuery(assigneesQuery);
  const save = useSaveInboxSettings();
  const [form, setForm] = createStore(formOf(props.settings));
  const [tried, setTried] = createSignal(false);
  const locked = () => Boolean(denied("settings.write"));
  const state = () => JSON.stringify([form.lines, form.hours, form.answer]);
  const [saved, setSaved] = createSignal(state());
  const fault = () =>
    form.lines.some(({ to }) => to === "") ? "Choose a team or a member for each rule." : undefined;
  const reload = async () => {
    save.reset();
    await props.onReload();
    setForm(reconcile(formOf(props.settings)));
    setSaved(state());
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault() || save.isPending || locked()) return;
    const { lines, hours, answer, version } = structuredClone(unwrap(form));
    const input = { version, routing: lines.map(ruleOf), outOfHoursAnswer: answer.trim() || null };
    save.mutate(
      // The schema makes its own copy, so it may read what this page may not change.
      { ...input, workingHours: hours as never },
      {
        onSuccess: (done) => {
          setForm("version", done.version);
          setSaved(state());
          setTried(false);
          notifyDone("Inbox settings saved.");
        },
      },
    );
  };
  return (
    <form onSubmit={submit} class="grid gap-6" noValidate>
      <LeaveGuard dirty={!locked() && state() !== saved()} />
      <Card
        title="Routing"
        hint="New conversations that nobody takes care of are given by the first rule whose word the text holds. A team’s members who are taking conversations get them in turn. Opt-outs are always handled first."
      >
        <div class="grid gap-3">
          <Index each={form.lines}>
            {(line, index) => (
              <div class="flex flex-wrap items-end gap-3 border-b border-line pb-3 last:border-0 last:pb-0">
                <TextField
                  label={`Words of rule ${index + 1}`}
                  hint="Separated by commas. Empty: all other texts."
                  fieldClass="min-w-0 grow basis-48"
                  disabled={locked()}
                  value={line().words}
                  onInput={(event) => setForm("lines", index, "words", event.currentTarget.value)}
                />
                <Select
                  label="Given to"
                  fieldClass="min-w-0 basis-44 pb-6"
                  disabled={locked()}
                  value={line().to}
                  onChange={(event) => setForm("lines", index, "to", event.currentTarget.value)}
                >
                  <option value="">Choose…</option>
                  <optgroup label="Teams">
                    {(teams.isSuccess ? teams.data : []).map(({ id, name }) => (
                      <option value={`team:${id}`} selected={line().to === `team:${id}`}>
                        {name}
                      </option>
                    ))}
                  </optgroup>
                  <optgroup label="Members">
                    {(members.isSuccess ? members.data : []).map(({ id, name }) => (
                      <option value={`member:${id}`} selected={line().to === `member:${id}`}>
                        {name}
                      </option>
                    ))}
                  </optgroup>
                </Select>
                <div class="pb-6">
                  <IconButton
                    icon="trash"
                    label={`Remove rule ${index + 1}`}
                    disabled={Boolean(denied("settings.write"))}
                    onClick={() => setForm("lines", (lines) => lines.filter((_, at) => at !== index))}
                  />
                </div>
              </div>
            )}
          </Index>
          <div>
            <Button
              size="small"
              icon="plus"
              denied={denied("settings.write")}
              onClick={() => setForm("lines", (lines) => [...lines, { words: "", to: "" }])}
            >
              Add a rule
            </Button>
          </div>
        </div>
      </Card>
      <Card
        title="Working hours"
        hint={`For reply times and the out-of-hours answer, on your organisation’s clock (${me().tenant.timezone}).`}
      >
        <div class="grid gap-5">
          <Checkbox
            label="The team has working hours"
            disabled={locked()}
            checked={form.hours !== null}
            onChange={(event) => setForm("hours", event.currentTarget.checked ? FIRST_HOURS : null)}
          />
          <Show when={form.hours}>
            {(hours) => (
              <>
                <WeekScheduleField
                  legend="Hours"
                  closedWords="Closed"
                  value={hours()}
                  disabled={locked()}
                  onChange={(week) => setForm("hours", week)}
                />
                <TextArea
                  label="Out-of-hours answer"
                  hint="Sent once per person and day to who writes outside these hours, never after an opt-out. It is a message like any other: it passes all checks and costs money. Empty: none."
                  rows={3}
                  disabled={locked()}
                  value={form.answer}
                  onInput={(event) => setForm("answer", event.currentTarget.value)}
                />
              </>
            )}
          </Show>
        </div>
      </Card>
      <FormProblem text={tried() && fault() ? fault() : save.isError ? sentenceOf(save.error) : undefined} />
      <div class="flex flex-wrap gap-2">
        <Button type="submit" look="primary" pending={save.isPending} denied={denied("settings.write")}>
          Save routing and hours
        </Button>
        <Show when={save.isError && codeOf(save.error) === "CONFLICT"}>
          <Button onClick={() => void reload()}>Show their version</Button>
        </Show>
      </div>
    </form>
  );
}
