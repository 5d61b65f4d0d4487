import { createSignal, type JSX, Show } from "solid-js";
import { useConfirmTestNumber, useSendTestCode } from "../../../data/test-numbers.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { TestOutcome } from "./test-outcome.tsx";

/** Adds the member's own number: a code is texted to it, and they type it. */
export function AddTestNumber(props: { onAdded: (id: string) => void }): JSX.Element {
  const sendCode = useSendTestCode();
  const confirm = useConfirmTestNumber();
  const [open, setOpen] = createSignal(false);
  const [phone, setPhone] = createSignal("");
  const [code, setCode] = createSignal("");
  const sent = () => (sendCode.isSuccess ? sendCode.data : undefined);
  const problem = () => {
    const failed = sent() ? confirm : sendCode;
    return failed.isError ? sentenceOf(failed.error) : undefined;
  };
  const close = () => {
    for (const mutation of [sendCode, confirm]) mutation.reset();
    setCode("");
    setPhone("");
    setOpen(false);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const to = sent();
    if (!to) return void sendCode.mutate(phone());
    confirm.mutate(
      { id: to.id, code: code() },
      {
        onSuccess: () => {
          props.onAdded(to.id);
          close();
        },
      },
    );
  };
  return (
    <Show
      when={open()}
      fallback={
        <div>
          <Button size="small" icon="plus" onClick={() => setOpen(true)}>
            Add my number
          </Button>
        </div>
      }
    >
      <form onSubmit={submit} class="grid gap-3 rounded-xl border border-line px-4 py-3.5">
        <Show
          when={sent()}
          fallback={
            <TextField
              label="Your mobile number"
              type="tel"
              autocomplete="tel"
              required
              maxLength={64}
              value={phone()}
              hint="We text it a code. Add only a number that is yours."
              onInput={(event) => setPhone(event.currentTarget.value)}
            />
          }
        >
          {(to) => (
            <>
              <TestOutcome id={to().sendJobId} named />
              <TextField
                label="Code"
                inputMode="numeric"
                autocomplete="one-time-code"
                required
                maxLength={6}
                value={code()}
                hint="Six digits, valid for ten minutes."
                onInput={(event) => setCode(event.currentTarget.value)}
              />
            </>
          )}
        </Show>
        <FormProblem text={problem()} />
        <div class="flex flex-wrap justify-end gap-2">
          <Button size="small" onClick={close}>
            Cancel
          </Button>
          <Button
            size="small"
            look="primary"
            type="submit"
            pending={sendCode.isPending || confirm.isPending}
            denied={(sent() ? code() : phone()).trim() === "" ? "Fill in the field first" : undefined}
          >
            {sent() ? "Confirm" : "Text me a code"}
          </Button>
        </div>
      </form>
    </Show>
  );
}
