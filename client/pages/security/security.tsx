import { type JSX, Show } from "solid-js";
import { securityQuery } from "../../data/people/second-factor.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Notice, PageHead } from "../../ui/page.tsx";
import { PasskeysSection } from "./passkeys-section.tsx";
import { PasswordSection } from "./password-section.tsx";
import { RecoveryCodesSection } from "./recovery-codes-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { TotpSection } from "./totp-section.tsx";

/** How the signed-in person proves who they are, and where they are signed in. */
export default function SecurityPage(): JSX.Element {
  const query = useQuery(securityQuery);
  const me = useMe();
  return (
    <>
      <PageHead
        title="Security"
        lead="Your account’s second factor, password and sessions. They are the same in all your organisations."
      />
      <div class="grid max-w-3xl gap-6">
        {/* All sections appear together. Otherwise later ones would push the others away under the pointer. */}
        <Loaded query={query}>
          {(security) => (
            <>
              <Show
                when={security().mayChange}
                fallback={
                  <Notice tone="info" title="You signed in with single sign-on">
                    Your account also opens other organisations. To change its password or second factor, sign
                    in with your password.
                  </Notice>
                }
              >
                <TotpSection security={security()} />
                <PasskeysSection security={security()} />
                <Show when={security().totpSince !== null || security().passkeys.length > 0}>
                  <RecoveryCodesSection security={security()} />
                </Show>
              </Show>
              <Show when={me().signedInBy === "password"}>
                <PasswordSection />
              </Show>
              <SessionsSection />
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}
