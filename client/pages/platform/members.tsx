import { type JSX, Show } from "solid-js";
import { useDenied } from "../../shell/session-context.tsx";
import { Empty } from "../../ui/loaded.tsx";
import { PageHead } from "../../ui/page.tsx";
import { MembersSection } from "../settings/members-section.tsx";

export default function PlatformMembersPage(): JSX.Element {
  const denied = useDenied();
  return (
    <>
      <PageHead title="Platform members" lead="Each needs a second factor." />
      <Show
        when={!denied("people.manage")}
        fallback={
          <Empty icon="user" title="Not for your role">
            {denied("people.manage")}.
          </Empty>
        }
      >
        <div class="max-w-3xl">
          <MembersSection />
        </div>
      </Show>
    </>
  );
}
