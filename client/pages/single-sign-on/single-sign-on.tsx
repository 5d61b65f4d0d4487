import { singleSignOnProblem } from "@smscrm/core/process/single-sign-on";
import { useSearchParams } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { providerQuery } from "../../data/people/single-sign-on.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Notice, PageHead } from "../../ui/page.tsx";
import { DomainsSection } from "./domains-section.tsx";
import { ModeSection } from "./mode-section.tsx";
import { ProviderSection } from "./provider-section.tsx";
import { TrialSection } from "./trial-section.tsx";

/** `/settings/single-sign-on`: the organisation's identity provider. Owners only. */
export default function SingleSignOnPage(): JSX.Element {
  const denied = useDenied();
  return (
    <>
      <PageHead
        title="Single sign-on"
        back={{ href: "/settings#security", label: "Settings" }}
        lead="Members sign in at your identity provider (OpenID Connect). Its groups give them their roles here."
      />
      <div class="grid max-w-3xl gap-6">
        <Show
          when={!denied("security.write")}
          fallback={<Notice tone="info">{denied("security.write")}</Notice>}
        >
          <Provider />
        </Show>
      </div>
    </>
  );
}

function Provider(): JSX.Element {
  const query = useQuery(providerQuery);
  const [search] = useSearchParams<{ sso?: string; cause?: string }>();
  return (
    <Loaded query={query}>
      {(settings) => (
        <>
          <Show when={singleSignOnProblem(search.sso)}>
            {(sentence) => (
              <Notice tone="danger" title="The trial failed">
                <p>{sentence()}</p>
                <Show when={search.cause}>
                  <p class="mt-1 text-muted wrap-anywhere">{search.cause}.</p>
                </Show>
              </Notice>
            )}
          </Show>
          <ProviderSection settings={settings()} />
          <DomainsSection domains={settings().domains} />
          <Show when={settings().connection}>
            {(connection) => (
              <>
                <TrialSection trial={connection().trial} />
                <ModeSection connection={connection()} isBreakGlass={settings().isBreakGlass} />
              </>
            )}
          </Show>
        </>
      )}
    </Loaded>
  );
}
