import { Navigate, useNavigate, useParams } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { type Campaign, campaignQuery, useUpdateCampaign } from "../../data/campaigns.ts";
import { codeOf, sentenceOf } from "../../data/transport/problem.ts";
import { queryClient } from "../../data/transport/query-client.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Notice, PageHead } from "../../ui/page.tsx";
import { CampaignForm } from "./editor/campaign-form.tsx";
import { draftOf } from "./editor/draft.ts";

export default function EditCampaignPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  // The text must not change while it is edited. If a newer version exists, saving is refused.
  const query = useQuery(() => ({ ...campaignQuery(params.id), refetchOnWindowFocus: false, staleTime: 0 }));
  return (
    <>
      <PageHead title="Edit campaign" back={{ href: `/campaigns/${params.id}`, label: "Campaign" }} />
      <Loaded query={query}>
        {(campaign) => (
          <Show when={campaign().status === "draft"} fallback={<Navigate href={`/campaigns/${params.id}`} />}>
            <Editor campaign={campaign()} />
          </Show>
        )}
      </Loaded>
    </>
  );
}

function Editor(props: { campaign: Campaign }): JSX.Element {
  const navigate = useNavigate();
  const update = useUpdateCampaign();
  const denied = useDenied();
  const [opened, setOpened] = createSignal({
    updatedAt: props.campaign.updatedAt,
    draft: draftOf(props.campaign),
  });
  const loadNewest = async () => {
    const newest = await queryClient.fetchQuery({ ...campaignQuery(props.campaign.id), staleTime: 0 });
    update.reset();
    setOpened({ updatedAt: newest.updatedAt, draft: draftOf(newest) });
  };
  return (
    <Show when={opened()} keyed>
      {(version) => (
        <CampaignForm
          initial={version.draft}
          pending={update.isPending}
          denied={denied("campaigns.write")}
          problem={
            <Show when={update.isError}>
              <Notice
                tone="danger"
                title="Not saved"
                actions={
                  <Show when={codeOf(update.error) === "CONFLICT"}>
                    <Button size="small" onClick={loadNewest}>
                      Load the newest version
                    </Button>
                  </Show>
                }
              >
                {sentenceOf(update.error)}
              </Notice>
            </Show>
          }
          onSave={async (draft) => {
            await update.mutateAsync({ id: props.campaign.id, updatedAt: version.updatedAt, ...draft });
            navigate(`/campaigns/${props.campaign.id}`);
          }}
        />
      )}
    </Show>
  );
}
