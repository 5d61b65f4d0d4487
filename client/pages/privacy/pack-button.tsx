import type { JSX } from "solid-js";
import { useDownloadPack } from "../../data/contacts/privacy.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { notifyProblem } from "../../ui/toast.tsx";

const PACK_LABELS = { evidence: "Evidence pack", export: "Export all data" } as const;

/** Downloads a signed pack about a person. */
export function PackButton(props: {
  kind: "evidence" | "export";
  phone: string;
  large?: boolean;
}): JSX.Element {
  const denied = useDenied();
  const download = useDownloadPack(props.kind);
  return (
    <Button
      size={props.large ? "normal" : "small"}
      icon="download"
      denied={denied("privacy.read") ?? denied("phoneNumbers.read")}
      pending={download.isPending}
      onClick={() => download.mutate(props.phone, { onError: (error) => notifyProblem(sentenceOf(error)) })}
    >
      {PACK_LABELS[props.kind]}
    </Button>
  );
}
