import { createSignal, For, type JSX, Show } from "solid-js";
import {
  type SignUpForm,
  signUpFormsQuery,
  useAddSignUpForm,
  useChangeSignUpForm,
} from "../../../data/contacts/consent.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { Checkbox, TextField } from "../../../ui/controls/field.tsx";
import { Badge } from "../../../ui/status.tsx";
import { notifyDone } from "../../../ui/toast.tsx";

/** The public forms by which people ask for texts. */
export function SignUpForms(): JSX.Element {
  const forms = useQuery(signUpFormsQuery);
  const denied = useDenied();
  const [editing, setEditing] = createSignal<SignUpForm | "new" | null>(null);
  return (
    <div class="grid gap-3">
      <div>
        <h3 class="font-medium">Sign-up forms</h3>
        <p class="text-[0.8125rem] text-muted">
          A public page to link to. Who fills it in gets one text to confirm; only then their consent is
          recorded, with the wording that they saw.
        </p>
      </div>
      <Show when={forms.isSuccess}>
        <ul class="grid gap-3 empty:hidden" aria-label="Sign-up forms">
          <For each={forms.data ?? []}>
            {(form) => (
              <li class="flex flex-wrap items-start justify-between gap-3">
                <div class="min-w-0">
                  <span class="font-medium">{form.name}</span>{" "}
                  <Badge tone={form.isOpen ? "ok" : "quiet"}>{form.isOpen ? "Open" : "Closed"}</Badge>
                  <p class="text-[0.8125rem] wrap-anywhere">
                    <a href={form.url} target="_blank" rel="noreferrer" class="text-accent underline">
                      {form.url}
                    </a>
                  </p>
                  <p class="text-[0.8125rem] text-muted wrap-anywhere">
                    Version {form.version}: {form.wording}
                  </p>
                </div>
                <Button
                  size="small"
                  denied={denied("settings.write")}
                  aria-label={`Change ${form.name}`}
                  onClick={() => setEditing(form)}
                >
                  Change…
                </Button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div>
        <Button denied={denied("settings.write")} onClick={() => setEditing("new")}>
          Add sign-up form…
        </Button>
      </div>
      <Show when={editing()} keyed>
        {(form) => <FormDialog form={form === "new" ? null : form} onClose={() => setEditing(null)} />}
      </Show>
    </div>
  );
}

function FormDialog(props: { form: SignUpForm | null; onClose: () => void }): JSX.Element {
  const add = useAddSignUpForm();
  const change = useChangeSignUpForm();
  const [name, setName] = createSignal(props.form?.name ?? "");
  const [wording, setWording] = createSignal(props.form?.wording ?? "");
  const [question, setQuestion] = createSignal(props.form?.question ?? "");
  const [isOpen, setIsOpen] = createSignal(props.form?.isOpen ?? true);
  const error = () => add.error ?? change.error;
  const done = (sentence: string) => () => {
    notifyDone(sentence);
    props.onClose();
  };
  const save = () => {
    const terms = { name: name().trim(), wording: wording().trim(), question: question().trim() };
    const { form } = props;
    if (!form) return add.mutate(terms, { onSuccess: done("Form added. Its address is in the list.") });
    const { id, version, topics } = form;
    return change.mutate(
      { ...terms, id, version, topics, isOpen: isOpen() },
      { onSuccess: done("Saved as a new version.") },
    );
  };
  return (
    <Confirm
      open
      onClose={props.onClose}
      title={props.form ? `Change “${props.form.name}”` : "Add a sign-up form"}
      action="Save"
      pending={add.isPending || change.isPending}
      denied={
        name().trim() === "" || wording().trim() === "" || question().trim() === ""
          ? "Enter the name, the wording and the question"
          : undefined
      }
      error={error() ? sentenceOf(error()) : undefined}
      onConfirm={save}
    >
      <TextField
        label="Name"
        maxLength={100}
        value={name()}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <TextField
        label="Wording"
        hint="What people agree to: “I agree to get offers from Acme by automated text, about 4 a month. Consent is not a condition of a purchase. Reply STOP to opt out.”"
        maxLength={2000}
        value={wording()}
        onInput={(event) => setWording(event.currentTarget.value)}
      />
      <TextField
        label="Question"
        hint="The text to confirm: “Acme: reply YES or open {{link}} to get our offers by text. Reply STOP to opt out.”"
        maxLength={500}
        value={question()}
        onInput={(event) => setQuestion(event.currentTarget.value)}
      />
      <Show when={props.form}>
        <Checkbox
          label="Open to the public"
          checked={isOpen()}
          onChange={(event) => setIsOpen(event.currentTarget.checked)}
        />
      </Show>
    </Confirm>
  );
}
