import { createSignal, type JSX, Show } from "solid-js";
import { type Safeguards, safeguardsQuery, useSetTrial } from "../../../data/rules/safeguards.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { countOf } from "../../../ui/words/format.ts";
import { Section } from "../section.tsx";

/** Texts only the team's own numbers, for a first try with a real carrier. */
export function TrialSection(): JSX.Element {
  const query = useQuery(safeguardsQuery);
  return (
    <Section
      id="trial"
      title="Trial mode"
      hint="Texts only the numbers that members have verified as their own, through every gate. Campaigns, replies and automatic answers to anybody else are not sent. Campaigns that are under way wait for its end."
    >
      <Loaded query={query}>{(state) => <Trial state={state()} />}</Loaded>
    </Section>
  );
}

function Trial(props: { state: Safeguards }): JSX.Element {
  const denied = useDenied();
  const set = useSetTrial();
  const [ending, setEnding] = createSignal(false);
  const isOn = () => props.state.trialSince !== null;
  const problem = () => (set.isError ? sentenceOf(set.error) : undefined);
  return (
    <div class="grid gap-4">
      <div class="flex flex-wrap items-center justify-between gap-4">
        <p class="min-w-0">
          <strong class="font-semibold">{isOn() ? "Trial mode is on" : "Trial mode is off"}</strong>
          <Show when={props.state.trialSince}>
            {(since) => (
              <>
                {" "}
                since <Moment at={since()} />
              </>
            )}
          </Show>
          .{" "}
          <span class="text-muted">
            {props.state.teamNumbers === 0
              ? "No member has verified a number yet: send a test from a campaign to add yours."
              : `Your team has ${countOf(props.state.teamNumbers, "verified number")}.`}
          </span>
        </p>
        <Show
          when={isOn()}
          fallback={
            <Button
              pending={set.isPending}
              denied={denied("settings.write")}
              onClick={() => set.mutate(true)}
            >
              Begin trial mode
            </Button>
          }
        >
          <Button denied={denied("settings.write")} onClick={() => setEnding(true)}>
            End trial mode
          </Button>
        </Show>
      </div>
      <Show when={!ending()}>
        <FormProblem text={problem()} />
      </Show>
      <Confirm
        open={ending()}
        onClose={() => setEnding(false)}
        title="End trial mode?"
        description="From now on campaigns text everybody in their audience. What was launched or scheduled during the trial still reaches only your team."
        action="End trial mode"
        pending={set.isPending}
        error={problem()}
        onConfirm={() => set.mutate(false, { onSuccess: () => setEnding(false) })}
      />
    </div>
  );
}
