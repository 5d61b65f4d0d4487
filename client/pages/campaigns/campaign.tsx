import { useParams } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { campaignQuery } from "../../data/campaigns.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { useTitle } from "../../ui/page.tsx";
import { DraftView } from "./draft-view.tsx";
import { LiveView } from "./live/live-view.tsx";

const BEFORE_LAUNCH = ["draft", "scheduled"];

export default function CampaignPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => campaignQuery(params.id));
  useTitle(() => "Campaign");
  return (
    <Show when={params.id} keyed>
      <Loaded query={query} page>
        {(campaign) => (
          <Show
            when={BEFORE_LAUNCH.includes(campaign().status)}
            fallback={<LiveView campaign={campaign()} />}
          >
            <DraftView campaign={campaign()} />
          </Show>
        )}
      </Loaded>
    </Show>
  );
}
