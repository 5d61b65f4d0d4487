import { createSignal, For, type JSX } from "solid-js";
import { forgetRecoveryCodes, newRecoveryCodes } from "../../data/people/second-factor.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Dialog } from "../../ui/controls/dialog.tsx";
import { Checkbox } from "../../ui/controls/field.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";

/** Shows new recovery codes, this once. It belongs to no page, so that a change of page does not take them away. */
export function RecoveryCodesDialog(): JSX.Element {
  const [kept, setKept] = createSignal(false);
  const text = () => (newRecoveryCodes() ?? []).join("\n");
  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => notifyDone("Recovery codes copied."),
      () => notifyProblem("The browser did not allow copying. Select the codes and copy them."),
    );
  /** Saves a blob: browsers keep a data address, and so the codes, in the list of downloads. */
  const download = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(
      new Blob([`smscrm recovery codes, ${location.host}\n\n${text()}\n`], {
        type: "text/plain;charset=utf-8",
      }),
    );
    link.download = "smscrm-recovery-codes.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  const close = () => {
    if (!kept()) return;
    setKept(false);
    void forgetRecoveryCodes();
  };
  return (
    <Dialog
      open={newRecoveryCodes() !== null}
      onClose={close}
      title="Your recovery codes"
      description="Each code signs you in once if you lose your phone or passkey. They are shown only now, and replace any earlier codes."
    >
      <div class="grid gap-4">
        <ol class="grid gap-1 rounded-lg bg-sunken px-4 py-3 font-mono text-[0.8125rem] select-all">
          <For each={newRecoveryCodes() ?? []}>{(code) => <li>{code}</li>}</For>
        </ol>
        <div class="flex flex-wrap gap-2">
          <Button icon="copy" onClick={() => void copy()}>
            Copy
          </Button>
          <Button onClick={download}>Download</Button>
        </div>
        <Checkbox
          label="I have kept these codes in a safe place"
          checked={kept()}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <Button look="primary" denied={!kept() && "Confirm that you kept the codes"} onClick={close}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
