import { createSignal, type JSX } from "solid-js";
import { type Mode, type ProviderConnection, useSetMode } from "../../data/people/single-sign-on.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Choices } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { Section } from "../settings/section.tsx";

const MODES: { value: Mode; label: string; hint: string }[] = [
  { value: "off", label: "Off", hint: "Members sign in with their passwords." },
  {
    value: "offered",
    label: "Offered",
    hint: "Members with an address at a verified domain can choose single sign-on or their password.",
  },
  {
    value: "required",
    label: "Required",
    hint: "Passwords open nothing here, except for owners with a second factor: if your provider is away, they can still sign in.",
  },
];

/** Whether members may, or must, sign in at the provider. */
export function ModeSection(props: { connection: ProviderConnection; isBreakGlass: boolean }): JSX.Element {
  const setMode = useSetMode();
  const [chosen, setChosen] = createSignal<Mode>();
  const mode = () => chosen() ?? props.connection.mode;
  const denied = () => {
    if (mode() !== "required" || props.connection.mode === "required") return undefined;
    const { trial } = props.connection;
    if (!trial || trial.problem !== null) return "Choose “Try it” first. It must end without a problem.";
    if (!props.isBreakGlass)
      return "Set up a password and a second factor for yourself first, under Security.";
    return undefined;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (setMode.isPending || denied()) return;
    setMode.mutate(mode(), {
      onSuccess: () => {
        setChosen(undefined);
        notifyDone("Single sign-on saved.");
      },
    });
  };
  return (
    <Section id="mode" title="Sign-in" hint="Sessions that are no longer allowed end at once.">
      <form onSubmit={submit} class="grid gap-4">
        <Choices legend="Single sign-on is" value={mode()} options={MODES} onChange={setChosen} />
        <FormProblem text={setMode.isError ? sentenceOf(setMode.error) : denied()} />
        <div>
          <Button type="submit" pending={setMode.isPending} denied={denied()}>
            Save
          </Button>
        </div>
      </form>
    </Section>
  );
}
