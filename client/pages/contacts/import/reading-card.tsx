import type { Encoding } from "@smscrm/core/files/encoding-guess";
import { For, type JSX, Show } from "solid-js";
import { type Import, useReadAs } from "../../../data/imports.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Select } from "../../../ui/controls/field.tsx";
import { Card, Notice } from "../../../ui/page.tsx";
import { notifyProblem } from "../../../ui/toast.tsx";

const ENCODING_LABELS: Record<Encoding, string> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16, big-endian",
  "windows-1252": "Western (Windows-1252)",
  macintosh: "Western (Mac Roman)",
  "windows-1250": "Central European (Windows-1250)",
  "windows-1251": "Cyrillic (Windows-1251)",
  "koi8-u": "Cyrillic (KOI8-U)",
  "x-mac-cyrillic": "Cyrillic (Mac)",
  ibm866: "Cyrillic (DOS 866)",
  "windows-1253": "Greek (Windows-1253)",
  "windows-1254": "Turkish (Windows-1254)",
  "windows-1255": "Hebrew (Windows-1255)",
  "windows-1256": "Arabic (Windows-1256)",
  "windows-1257": "Baltic (Windows-1257)",
  "windows-1258": "Vietnamese (Windows-1258)",
  "windows-874": "Thai (Windows-874)",
  shift_jis: "Japanese (Shift_JIS)",
  "euc-jp": "Japanese (EUC-JP)",
  gb18030: "Chinese, simplified (GB18030)",
  big5: "Chinese, traditional (Big5)",
  "euc-kr": "Korean (EUC-KR)",
};

const DELIMITERS = { ",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar" };
type Delimiter = keyof typeof DELIMITERS;
const HEADER_LINES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** How the file is read: its characters, separators and header, each to change, with the first rows as a sample. */
export function ReadingCard(props: { data: Import }): JSX.Element {
  const readAs = useReadAs();
  const denied = useDenied();
  const layout = () => props.data.layout;
  const change = (said: { encoding?: Encoding; delimiter?: Delimiter; linesAbove?: number }) => {
    if (denied("imports.run")) return;
    readAs.mutate({ id: props.data.id, ...said }, { onError: (error) => notifyProblem(sentenceOf(error)) });
  };
  const accented = () =>
    props.data.sample.map((row) => row.filter((cell) => /\P{ASCII}/u.test(cell)).join(" · ")).filter(Boolean);
  const headerLine = () => (layout().linesAbove ?? 0) + 1;
  return (
    <Card title="How the file is read" hint={layout().sheet ? `Sheet: ${layout().sheet}` : undefined}>
      <Show when={layout().encodingConfidence === "unsure"}>
        <div class="mb-4">
          <Notice tone="warn" title="Check the accents">
            <p>The file doesn’t say how its letters are written. Choose the characters that read right.</p>
          </Notice>
        </div>
      </Show>
      <div class="grid gap-4 sm:grid-cols-3">
        <Select
          label="Characters"
          value={props.data.encoding ?? "utf-8"}
          onChange={(event) => change({ encoding: event.currentTarget.value as Encoding })}
        >
          <For each={Object.entries(ENCODING_LABELS)}>
            {([encoding, label]) => (
              <option value={encoding} selected={encoding === props.data.encoding}>
                {label}
              </option>
            )}
          </For>
        </Select>
        <Select
          label="Columns are separated by"
          value={props.data.delimiter ?? ","}
          onChange={(event) => change({ delimiter: event.currentTarget.value as Delimiter })}
        >
          <For each={Object.entries(DELIMITERS)}>
            {([delimiter, label]) => (
              <option value={delimiter} selected={delimiter === props.data.delimiter}>
                {label}
              </option>
            )}
          </For>
        </Select>
        <Select
          label="Headings are on line"
          value={headerLine()}
          onChange={(event) => change({ linesAbove: Number(event.currentTarget.value) - 1 })}
        >
          <For each={[...new Set([...HEADER_LINES, headerLine()])]}>
            {(line) => (
              <option value={line} selected={line === headerLine()}>
                {line}
              </option>
            )}
          </For>
        </Select>
      </div>
      <Show when={accented().length > 0}>
        <p class="mt-4 text-muted wrap-anywhere" translate="no">
          {accented().slice(0, 3).join(" / ")}
        </p>
      </Show>
    </Card>
  );
}
