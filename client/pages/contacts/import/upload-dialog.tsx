import { createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { SeveralSheets, uploadImport } from "../../../data/imports.ts";
import { Announce } from "../../../ui/announce.tsx";
import { ProgressBar } from "../../../ui/charts/meter.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Dialog } from "../../../ui/controls/dialog.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { formatBytes, formatShare } from "../../../ui/words/format.ts";

/** Uploads a file that is chosen or dropped, and shows the progress. */
export function UploadDialog(props: {
  open: boolean;
  onClose: () => void;
  onUploaded: (id: string) => void;
  kind?: "contacts" | "opt-outs";
}): JSX.Element {
  const [file, setFile] = createSignal<File | null>(null);
  const [share, setShare] = createSignal(0);
  const [problem, setProblem] = createSignal("");
  const [sheets, setSheets] = createSignal<string[]>([]);
  const [over, setOver] = createSignal(false);
  let stop: AbortController | undefined;
  let input!: HTMLInputElement;
  const close = () => {
    stop?.abort();
    setFile(null);
    setProblem("");
    props.onClose();
  };
  onCleanup(() => stop?.abort());
  let last: File | undefined;
  const send = async (chosen: File | undefined, sheet?: string) => {
    if (!chosen) return;
    last = chosen;
    setSheets([]);
    setProblem("");
    setShare(0);
    setFile(chosen);
    stop = new AbortController();
    try {
      props.onUploaded(await uploadImport(chosen, setShare, stop.signal, { kind: props.kind, sheet }));
    } catch (error) {
      if (error instanceof SeveralSheets) setSheets(error.sheets);
      setProblem(error instanceof Error ? error.message : "The upload failed. Try again.");
    }
    setFile(null);
  };
  return (
    <Dialog
      open={props.open}
      onClose={close}
      title={props.kind === "opt-outs" ? "Upload opt-outs" : "Upload contacts"}
      description={
        props.kind === "opt-outs"
          ? "A CSV file, Excel workbook (.xlsx) or vCard with phone numbers. Headings are optional. Nothing changes yet."
          : "A CSV file, Excel workbook (.xlsx) or vCard. One line has headings, and one column has phone numbers. Nothing is imported yet."
      }
    >
      <Show
        when={file()}
        fallback={
          <fieldset
            class={`grid justify-items-center gap-3 rounded-xl border-2 border-dashed px-6 py-10 text-center ${over() ? "border-accent bg-accent-soft" : "border-line"}`}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault();
              setOver(false);
              void send(event.dataTransfer?.files[0]);
            }}
          >
            <legend class="sr-only">File</legend>
            <Icon name="upload" class="size-7 text-muted" />
            <p class="text-muted">Drop a file here, or</p>
            <Button look="primary" onClick={() => input.click()}>
              Choose a file
            </Button>
            <input
              ref={input}
              type="file"
              accept=".csv,.txt,.tsv,.tab,.xlsx,.xlsm,.vcf,.vcard,text/csv"
              class="sr-only"
              tabindex="-1"
              aria-label="CSV file, Excel workbook or vCard"
              onChange={(event) => {
                void send(event.currentTarget.files?.[0]);
                event.currentTarget.value = "";
              }}
            />
          </fieldset>
        }
      >
        {(sending) => (
          <div class="grid gap-3">
            <p class="flex justify-between gap-4">
              <span class="min-w-0 font-medium wrap-anywhere">{sending().name}</span>
              <span class="text-muted">{formatBytes(sending().size)}</span>
            </p>
            <ProgressBar label="Upload" share={share()} />
            <Announce text={`${formatShare(share())} uploaded`} />
            <p class="text-muted" translate="no">
              {share() < 1 ? `${formatShare(share())} uploaded` : "Reading the file…"}
            </p>
            <div class="flex justify-end">
              <Button onClick={() => stop?.abort()}>Cancel upload</Button>
            </div>
          </div>
        )}
      </Show>
      <div class="mt-4 empty:hidden">
        <FormProblem text={problem()} />
        <Show when={sheets().length > 0}>
          <ul class="mt-3 flex flex-wrap gap-2">
            <For each={sheets()}>
              {(sheet) => (
                <li>
                  <Button onClick={() => void send(last, sheet)}>{sheet}</Button>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </div>
    </Dialog>
  );
}
