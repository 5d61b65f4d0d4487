import { createSignal, type JSX, Show } from "solid-js";
import { type Safeguards, safeguardsQuery, useSetInboxLimit } from "../../../data/rules/safeguards.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { LeaveGuard } from "../../../ui/leave-guard.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Notice } from "../../../ui/page.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { capOf } from "../limits.ts";
import { Section } from "../section.tsx";

/** Holds marketing while more people wait for an answer than the team can give. */
export function InboxLimitSection(): JSX.Element {
  const query = useQuery(safeguardsQuery);
  return (
    <Section
      id="inbox-limit"
      title="Inbox limit"
      hint="Marketing campaigns wait while more conversations than this are open, and continue by themselves once fewer are. Reminders, replies and automatic answers go as before."
    >
      <Loaded query={query}>{(state) => <InboxLimit state={state()} />}</Loaded>
    </Section>
  );
}

function InboxLimit(props: { state: Safeguards }): JSX.Element {
  const denied = useDenied();
  const set = useSetInboxLimit();
  const [typed, setTyped] = createSignal<string>();
  const [fault, setFault] = createSignal<string>();
  const saved = () => (props.state.inboxLimit === null ? "" : String(props.state.inboxLimit));
  const shown = () => typed() ?? saved();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const inboxLimit = capOf(shown());
    setFault(
      inboxLimit === undefined ? "Enter a whole number of conversations, or leave it empty." : undefined,
    );
    if (inboxLimit === undefined || set.isPending || denied("settings.write")) return;
    set.mutate(inboxLimit, {
      onSuccess: () => {
        setTyped(undefined);
        notifyDone("Settings saved.");
      },
    });
  };
  return (
    <form onSubmit={submit} class="grid gap-5" noValidate>
      <LeaveGuard dirty={!denied("settings.write") && shown() !== saved()} />
      <Show when={props.state.inboxIsFull}>
        <Notice tone="warn">Marketing waits now: more conversations are open than your team takes.</Notice>
      </Show>
      <TextField
        label="Open conversations at most"
        inputMode="numeric"
        placeholder="No limit"
        disabled={Boolean(denied("settings.write"))}
        value={shown()}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <FormProblem text={fault() ?? (set.isError ? sentenceOf(set.error) : undefined)} />
      <div>
        <Button type="submit" pending={set.isPending} denied={denied("settings.write")}>
          Save
        </Button>
      </div>
    </form>
  );
}
