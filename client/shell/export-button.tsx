import type { Action } from "@smscrm/core/process/roles";
import { type JSX, Show } from "solid-js";
import { type AskedList, type FileFormat, startList, useExport } from "../data/contacts/exports.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { Button, buttonClass } from "../ui/controls/button.tsx";
import { Menu } from "../ui/controls/menu.tsx";
import { download } from "../ui/download.ts";
import { Icon } from "../ui/icon.tsx";
import { notifyProblem } from "../ui/toast.tsx";
import { useDenied } from "./session-context.tsx";

/** Downloads a list as CSV or as an Excel workbook, after the server has let the person have it. */
export function ExportButton(props: {
  /** What the member must be allowed to do, if it is not to take contacts out. */
  action?: Action;
  start: (format: FileFormat) => Promise<{ path: string }>;
}): JSX.Element {
  const denied = useDenied();
  const allow = useExport((format) => props.start(format));
  const start = (format: FileFormat) => () =>
    allow.mutate(format, {
      onSuccess: ({ path }) => download(path),
      onError: (error) => notifyProblem(sentenceOf(error)),
    });
  const refused = () => denied(props.action ?? "contacts.export");
  return (
    <Show
      when={!refused()}
      fallback={
        <Button icon="download" denied={refused()}>
          Export
        </Button>
      }
    >
      <Menu
        label="Export"
        trigger={
          <>
            <Icon name="download" /> Export
          </>
        }
        triggerClass={buttonClass()}
        groups={[
          [
            { label: "CSV (.csv)", disabled: allow.isPending, onSelect: start("csv") },
            { label: "Excel (.xlsx)", disabled: allow.isPending, onSelect: start("xlsx") },
          ],
        ]}
      />
    </Show>
  );
}

type ListOf<Asked> = Asked extends unknown ? Omit<Asked, "format"> : never;

/** Downloads a list with the filter of its page. */
export function ListExport(props: ListOf<AskedList>): JSX.Element {
  return <ExportButton start={(format) => startList({ ...props, format } as AskedList)} />;
}
