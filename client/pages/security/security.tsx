import { type JSX, Show } from "solid-js";
import { securityQuery } from "../../data/people/second-factor.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { PageHead } from "../../ui/page.tsx";
import { PasskeysSection } from "./passkeys-section.tsx";
import { PasswordSection } from "./password-section.tsx";
import { RecoveryCodesSection } from "./recovery-codes-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { TotpSection } from "./totp-section.tsx";

/** How the signed-in person proves who they are, and where they are signed in. */
export default function SecurityPage(): JSX.Element {
  const query = useQuery(securityQuery);
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
              <TotpSection security={security()} />
              <PasskeysSection security={security()} />
              <Show when={security().totpSince !== null || security().passkeys.length > 0}>
                <RecoveryCodesSection security={security()} />
              </Show>
              <PasswordSection />
              <SessionsSection />
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}
