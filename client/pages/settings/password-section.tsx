import type { JSX } from "solid-js";
import { Show } from "solid-js";
import { createStore } from "solid-js/store";
import { sentenceOf } from "../../data/problem.ts";
import { useChangePassword } from "../../data/session.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { Section } from "./section.tsx";

export function PasswordSection(): JSX.Element {
  const change = useChangePassword();
  const [form, setForm] = createStore({ current: "", next: "" });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (change.isPending) return;
    change.mutate(
      { ...form },
      {
        onSuccess: () => {
          setForm({ current: "", next: "" });
          notifyDone("Password changed. Your other sessions were ended.");
        },
      },
    );
  };
  return (
    <Section id="password" title="Your password">
      <form onSubmit={submit} class="grid max-w-sm gap-4">
        <TextField
          label="Current password"
          type="password"
          autocomplete="current-password"
          required
          value={form.current}
          onInput={(event) => setForm("current", event.currentTarget.value)}
        />
        <TextField
          label="New password"
          type="password"
          autocomplete="new-password"
          required
          hint="At least 12 characters: a few words are easiest to remember."
          value={form.next}
          onInput={(event) => setForm("next", event.currentTarget.value)}
        />
        <Show when={change.isError}>
          <p role="alert" class="font-medium text-danger">
            {sentenceOf(change.error)}
          </p>
        </Show>
        <div>
          <Button type="submit" pending={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Section>
  );
}
