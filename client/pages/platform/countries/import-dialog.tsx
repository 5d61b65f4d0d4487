import { createSignal, type JSX } from "solid-js";
import { useImportRules } from "../../../data/rules/law.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { Loosened, notSavable } from "./loosened.tsx";

/** Takes a file that another installation exported. */
export function ImportDialog(props: { open: boolean; onClose: () => void }): JSX.Element {
  const take = useImportRules();
  const [file, setFile] = createSignal<string>();
  const [loosens, setLoosens] = createSignal<readonly string[]>([]);
  const [others, setOthers] = createSignal<readonly string[]>([]);
  const [accepted, setAccepted] = createSignal(false);
  const [revisions, setRevisions] = createSignal<Record<string, number>>();
  const choose = async (chosen: File | undefined) => {
    setLoosens([]);
    setOthers([]);
    setAccepted(false);
    setRevisions();
    setFile(await chosen?.text());
  };
  const close = () => {
    void choose(undefined);
    props.onClose();
  };
  const confirm = () =>
    take.mutate(
      { file: file() ?? "", revisions: revisions(), acceptLooser: loosens().length > 0 && accepted() },
      {
        onSuccess: (answer) => {
          if (!answer.saved) {
            setLoosens(answer.loosens);
            setOthers(answer.others);
            setRevisions(answer.revisions);
            return;
          }
          notifyDone("Imported. Every claim uses the rules from now on.");
          close();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={close}
      title="Import rules"
      description="All rules of the file are set from now on, or none."
      action="Import"
      pending={take.isPending}
      denied={file() === undefined ? "Choose a file" : notSavable(loosens(), others(), accepted())}
      error={take.isError ? sentenceOf(take.error) : undefined}
      onConfirm={confirm}
    >
      <TextField
        label="File"
        type="file"
        accept="application/json,.json"
        onChange={(event) => void choose(event.currentTarget.files?.[0])}
      />
      <Loosened loosens={loosens()} others={others()} accepted={accepted()} onAccept={setAccepted} />
    </Confirm>
  );
}
