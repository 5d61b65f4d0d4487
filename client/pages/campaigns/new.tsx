import { useNavigate } from "@solidjs/router";
import type { JSX } from "solid-js";
import { useCreateCampaign } from "../../data/campaigns.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Notice, PageHead } from "../../ui/page.tsx";
import { CampaignForm } from "./editor/campaign-form.tsx";
import { EMPTY_DRAFT } from "./editor/draft.ts";

export default function NewCampaignPage(): JSX.Element {
  const navigate = useNavigate();
  const create = useCreateCampaign();
  const denied = useDenied();
  return (
    <>
      <PageHead title="New campaign" back={{ href: "/campaigns", label: "Campaigns" }} />
      <CampaignForm
        initial={EMPTY_DRAFT}
        pending={create.isPending}
        denied={denied("campaigns.write")}
        problem={
          create.isError ? (
            <Notice tone="danger" title="Not saved">
              {sentenceOf(create.error)}
            </Notice>
          ) : null
        }
        onSave={async (draft) => {
          const { id } = await create.mutateAsync(draft);
          navigate(`/campaigns/${id}`);
        }}
      />
    </>
  );
}
