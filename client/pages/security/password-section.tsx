import type { JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { useChangePassword } from "../../data/session.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { NewPasswordField } from "../../ui/controls/new-password-field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { Section } from "../settings/section.tsx";

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
          notifyDone("Password changed. Your other sessions have ended.");
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
        <NewPasswordField
          label="New password"
          value={form.next}
          onInput={(password) => setForm("next", password)}
        />
        <FormProblem text={change.isError ? sentenceOf(change.error) : undefined} />
        <div>
          <Button type="submit" pending={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Section>
  );
}
