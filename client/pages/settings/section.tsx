import { createSignal, type JSX, Show, untrack } from "solid-js";
import type { DraftedRules } from "../../data/rules/rules.ts";
import { useUpdateSettings } from "../../data/settings.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { LeaveGuard } from "../../ui/leave-guard.tsx";
import { Card } from "../../ui/page.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { PreviewButton } from "../rules/preview-button.tsx";

/** A section of the settings, with its own address (`/settings#limits`). */
export function Section(props: {
  id: string;
  title: string;
  hint?: JSX.Element;
  children: JSX.Element;
}): JSX.Element {
  return (
    <div id={props.id} class="scroll-mt-6">
      <Card title={props.title} hint={props.hint}>
        {props.children}
      </Card>
    </div>
  );
}

type Change = Parameters<ReturnType<typeof useUpdateSettings>["mutate"]>[0];

/**
 * A form whose settings are saved together. `change` returns what to save, or null if it can't be saved. `rules` returns
 * the sending rules among them, to see first what they would have changed.
 */
export function SettingsForm(props: {
  change: () => Change | null;
  rules?: (change: Change) => DraftedRules;
  fault?: string | undefined;
  children: JSX.Element;
}): JSX.Element {
  const update = useUpdateSettings();
  const denied = useDenied();
  const [tried, setTried] = createSignal(false);
  // What can't be saved is not as it was saved, so it is never equal to it.
  const state = () => JSON.stringify(props.change());
  const [saved, setSaved] = createSignal(untrack(state));
  const isDirty = () => !denied("settings.write") && state() !== saved();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const change = props.change();
    if (!change || update.isPending || denied("settings.write")) return;
    const sent = state();
    update.mutate(change, {
      onSuccess: () => {
        setSaved(sent);
        notifyDone("Settings saved.");
      },
    });
  };
  const drafted = (rules: (change: Change) => DraftedRules) => {
    setTried(true);
    const change = props.change();
    return change && rules(change);
  };
  /** What a draft of rules holds is not lost with the page; what else was changed here would be. */
  const keepDrafted = (rules: DraftedRules) => {
    const others = (json: string) =>
      JSON.stringify(Object.entries(JSON.parse(json) ?? {}).filter(([name]) => !(name in rules)));
    if (others(state()) === others(saved())) setSaved(state());
  };
  const problem = () =>
    tried() && props.fault ? props.fault : update.isError ? sentenceOf(update.error) : undefined;
  return (
    <form onSubmit={submit} class="grid gap-5" noValidate>
      <LeaveGuard dirty={isDirty()} />
      {props.children}
      <FormProblem text={problem()} />
      <div class="flex flex-wrap gap-2">
        <Button type="submit" pending={update.isPending} denied={denied("settings.write")}>
          Save
        </Button>
        <Show when={props.rules}>
          {(rules) => <PreviewButton rules={() => drafted(rules())} onDrafted={keepDrafted} />}
        </Show>
      </div>
    </form>
  );
}
