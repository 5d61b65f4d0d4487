import { type JSX, Show } from "solid-js";
import { useDenied } from "../../../shell/session-context.tsx";
import { PageHead } from "../../../ui/page.tsx";
import { NoticesChoice } from "../team/notices.tsx";
import { ReplyTimesSection } from "./reply-times-section.tsx";
import { RoutingSection } from "./routing-section.tsx";
import { SavedRepliesSection } from "./saved-replies-section.tsx";
import { TeamsSection } from "./teams-section.tsx";

/** How the team works together in the inbox. */
export default function InboxSettingsPage(): JSX.Element {
  const denied = useDenied();
  return (
    <>
      <PageHead
        title="Inbox settings"
        back={{ href: "/inbox", label: "Inbox" }}
        lead="Saved replies, teams, who is given which conversation, and working hours."
      />
      <div class="grid max-w-3xl gap-6">
        <SavedRepliesSection />
        <TeamsSection />
        <RoutingSection />
        <NoticesChoice />
        <Show when={!denied("settings.read")}>
          <ReplyTimesSection />
        </Show>
      </div>
    </>
  );
}
