import { For, type JSX, Show } from "solid-js";
import { securityQuery } from "../../data/people/second-factor.ts";
import { useSignOut, useSwitchTenant } from "../../data/session.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { PageHead } from "../../ui/page.tsx";
import { PasskeysSection } from "./passkeys-section.tsx";
import { TotpSection } from "./totp-section.tsx";

/** All that a person sees of an organisation which requires a second factor, while they have none. */
export default function SecondFactorRequired(): JSX.Element {
  const me = useMe();
  const query = useQuery(securityQuery);
  const signOut = useSignOut();
  const switchTenant = useSwitchTenant();
  const others = () => me().tenants.filter(({ id }) => id !== me().tenant.id);
  return (
    <main id="main" class="mx-auto max-w-2xl px-4 py-10">
      <PageHead
        title="Set up a second factor"
        lead={`${me().tenant.name} requires one. Set up an authenticator app or a passkey to continue.`}
        actions={<Button onClick={() => signOut.mutate()}>Sign out</Button>}
      />
      <div class="grid gap-6">
        <Loaded query={query}>
          {(security) => (
            <>
              <TotpSection security={security()} />
              <PasskeysSection security={security()} />
            </>
          )}
        </Loaded>
        <Show when={others().length > 0}>
          <div class="flex flex-wrap items-center gap-2">
            <p class="text-muted">Or go to</p>
            <For each={others()}>
              {(tenant) => <Button onClick={() => switchTenant.mutate(tenant.id)}>{tenant.name}</Button>}
            </For>
          </div>
        </Show>
      </div>
    </main>
  );
}
