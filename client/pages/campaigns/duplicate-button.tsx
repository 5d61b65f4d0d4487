import { useNavigate } from "@solidjs/router";
import type { JSX } from "solid-js";
import { useDuplicateCampaign } from "../../data/campaigns.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";

/** Copies a campaign as a new draft, because a launched campaign can't be changed or sent again. */
export function DuplicateButton(props: { id: string }): JSX.Element {
  const navigate = useNavigate();
  const duplicate = useDuplicateCampaign();
  const denied = useDenied();
  const press = () =>
    duplicate.mutate(props.id, {
      onSuccess: (copy) => {
        notifyDone("Copied as a new draft.");
        navigate(`/campaigns/${copy.id}/edit`);
      },
      onError: (error) => notifyProblem(sentenceOf(error)),
    });
  return (
    <Button icon="copy" pending={duplicate.isPending} denied={denied("campaigns.write")} onClick={press}>
      Duplicate
    </Button>
  );
}
