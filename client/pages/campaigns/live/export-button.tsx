import type { JSX } from "solid-js";
import { useExportCampaign } from "../../../data/campaigns.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { download } from "../../../ui/download.ts";
import { notifyProblem } from "../../../ui/toast.tsx";

/** Downloads the campaign's messages, after the server has let the person have them. */
export function ExportButton(props: { id: string }): JSX.Element {
  const allow = useExportCampaign();
  const denied = useDenied();
  const start = () =>
    allow.mutate(props.id, {
      onSuccess: ({ path }) => download(path),
      onError: (error) => notifyProblem(sentenceOf(error)),
    });
  return (
    <Button icon="download" pending={allow.isPending} denied={denied("contacts.export")} onClick={start}>
      Export
    </Button>
  );
}
