import { createSignal, For, type JSX } from "solid-js";
import { ownersQuery, useSetOwner } from "../../data/campaigns/snippets.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Select } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";

/** Gives a template or a snippet to another member. */
export function ChangeOwner(props: {
  of: "templates" | "snippets";
  id: string;
  ownerId: string;
}): JSX.Element {
  const denied = useDenied();
  const members = useQuery(ownersQuery);
  const setOwner = useSetOwner(props.of);
  const [open, setOpen] = createSignal(false);
  const [chosen, setChosen] = createSignal<string>();
  const next = () => chosen() ?? props.ownerId;
  const save = () =>
    setOwner.mutate(
      { id: props.id, userId: next() },
      {
        onSuccess: () => {
          setOpen(false);
          notifyDone("Owner changed.");
        },
      },
    );
  return (
    <>
      <Button icon="people" denied={denied("campaigns.write")} onClick={() => setOpen(true)}>
        Change owner…
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title="Change the owner"
        description="The owner answers for the text. Everybody who writes campaigns may still change it."
        action="Change owner"
        pending={setOwner.isPending}
        denied={next() === props.ownerId ? "Choose another member" : undefined}
        error={setOwner.isError ? sentenceOf(setOwner.error) : undefined}
        onConfirm={save}
      >
        <Select label="Owner" value={next()} onChange={(event) => setChosen(event.currentTarget.value)}>
          <For each={members.isSuccess ? members.data : []}>
            {({ id, name }) => (
              <option value={id} selected={id === next()}>
                {name}
              </option>
            )}
          </For>
        </Select>
      </Confirm>
    </>
  );
}
