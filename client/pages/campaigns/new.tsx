import { useNavigate, useSearchParams } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { type TemplatePage, templateQuery } from "../../data/campaigns/templates.ts";
import { type CampaignInput, useCreateCampaign } from "../../data/campaigns.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Notice, PageHead } from "../../ui/page.tsx";
import { CampaignForm } from "./editor/campaign-form.tsx";
import { EMPTY_DRAFT } from "./editor/draft.ts";

/** `/campaigns/new`, and `?template=…` to begin with a template. */
export default function NewCampaignPage(): JSX.Element {
  const [search] = useSearchParams<{ template?: string }>();
  return (
    <>
      <PageHead title="New campaign" back={{ href: "/campaigns", label: "Campaigns" }} />
      <Show when={search.template} fallback={<NewCampaign initial={EMPTY_DRAFT} />} keyed>
        {(id) => <FromTemplate id={id} />}
      </Show>
    </>
  );
}

function FromTemplate(props: { id: string }): JSX.Element {
  const query = useQuery(() => templateQuery(props.id));
  const draft = ({ id, version, body, language, texts, smartEncoding }: TemplatePage) => ({
    ...EMPTY_DRAFT,
    ...{ body, language, texts, smartEncoding, template: { id, version } },
  });
  return <Loaded query={query}>{(template) => <NewCampaign initial={draft(template())} />}</Loaded>;
}

function NewCampaign(props: { initial: CampaignInput }): JSX.Element {
  const navigate = useNavigate();
  const create = useCreateCampaign();
  const denied = useDenied();
  return (
    <CampaignForm
      initial={props.initial}
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
  );
}
