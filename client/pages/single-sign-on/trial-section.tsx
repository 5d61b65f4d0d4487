import { type JSX, Show } from "solid-js";
import { type ProviderConnection, useTryIt } from "../../data/people/single-sign-on.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Fact, Facts, Notice } from "../../ui/page.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { Section } from "../settings/section.tsx";

type Trial = NonNullable<ProviderConnection["trial"]>;

/** Runs a sign-in that changes nothing, and shows what would result. */
export function TrialSection(props: { trial: Trial | null }): JSX.Element {
  const tryIt = useTryIt();
  return (
    <Section
      id="try"
      title="Try it"
      hint="Sign in at your provider. Nothing changes here: you see what it sent and what would result."
    >
      <Show when={props.trial}>{(trial) => <Result trial={trial()} />}</Show>
      <div class="mb-3 empty:hidden">
        <FormProblem text={tryIt.isError ? sentenceOf(tryIt.error) : undefined} />
      </div>
      <Button pending={tryIt.isPending} onClick={() => tryIt.mutate()}>
        Try it
      </Button>
    </Section>
  );
}

function Result(props: { trial: Trial }): JSX.Element {
  return (
    <div class="mb-5 grid gap-4">
      <Show when={props.trial.problem} fallback={<Notice tone="ok">This person would be signed in.</Notice>}>
        {(problem) => (
          <Notice tone="warn" title="This person would not be signed in">
            {problem()}
          </Notice>
        )}
      </Show>
      <Facts columns>
        <Fact term="Tried">
          <Moment at={props.trial.at} />
        </Fact>
        <Fact term="Subject">{props.trial.subject}</Fact>
        <Fact term="Email">
          {props.trial.email ?? "not sent"}
          {props.trial.email && (props.trial.emailVerified ? ", verified" : ", not verified")}
        </Fact>
        <Fact term="Groups">{props.trial.groups.join(", ") || "none"}</Fact>
        <Fact term="Role">{props.trial.role ?? "as it is"}</Fact>
        <Fact term="Second factor at the provider">{props.trial.secondFactor ? "yes" : "not stated"}</Fact>
      </Facts>
    </div>
  );
}
