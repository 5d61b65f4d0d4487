import { useNavigate } from "@solidjs/router";
import { createSignal, type JSX } from "solid-js";
import { type DraftedRules, useDraftRules } from "../../data/rules/rules.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";

/**
 * Stores a form's sending rules as a draft and opens its page, where the result appears. `rules` returns null while the form
 * has a fault, which it then shows.
 */
export function PreviewButton(props: {
  rules: () => DraftedRules | null;
  /** Called once the draft has these rules, before its page opens. */
  onDrafted: (rules: DraftedRules) => void;
}): JSX.Element {
  const denied = useDenied();
  const draft = useDraftRules();
  const navigate = useNavigate();
  const [change, setChange] = createSignal<DraftedRules | null>(null);
  const [note, setNote] = createSignal("");
  const confirm = () =>
    draft.mutate(
      { change: change()!, note: note() },
      {
        onSuccess: ({ id }) => {
          props.onDrafted(change()!);
          navigate(`/settings/rules/${id}`);
        },
      },
    );
  return (
    <>
      <Button
        class="whitespace-normal"
        denied={denied("settings.write")}
        onClick={() => {
          draft.reset();
          setChange(props.rules());
        }}
      >
        See what this would have changed
      </Button>
      <Confirm
        open={change() !== null}
        onClose={() => setChange(null)}
        title="See what this would have changed"
        description="We replay the last 30 days’ decisions under these rules. Nothing is sent differently until the draft is activated."
        action="Draft and replay"
        pending={draft.isPending}
        denied={note().trim().length < 3 ? "Say why in a few words" : undefined}
        error={draft.isError ? sentenceOf(draft.error) : undefined}
        onConfirm={confirm}
      >
        <TextField
          label="Why these rules"
          hint="Shown with the draft, and recorded."
          maxLength={500}
          value={note()}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </Confirm>
    </>
  );
}
