import { useLocation } from "@solidjs/router";
import { createEffect, type JSX, Show } from "solid-js";
import { linkSettingsQuery } from "../../data/campaigns/short-links.ts";
import { fieldsQuery } from "../../data/contacts/fields.ts";
import { destinationsQuery, settingsQuery } from "../../data/settings.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { PageHead } from "../../ui/page.tsx";
import { RulesSection } from "../rules/rules-section.tsx";
import { ApprovalSection } from "./approval-section.tsx";
import { ConsentSection } from "./consent/consent-section.tsx";
import { DestinationsSection } from "./destinations-section.tsx";
import { FieldsSection } from "./fields-section.tsx";
import { KillSwitchSection } from "./kill-switch-section.tsx";
import { LimitsSection } from "./limits-section.tsx";
import { ShortLinksSection } from "./links/short-links-section.tsx";
import { MembersSection } from "./members-section.tsx";
import { OrganisationSection } from "./organisation-section.tsx";
import { QuietHoursSection } from "./quiet-hours-section.tsx";
import { RolesSection } from "./roles-section.tsx";
import { InboxLimitSection } from "./safeguards/inbox-limit-section.tsx";
import { TrialSection } from "./safeguards/trial-section.tsx";
import { SecuritySection } from "./security-section.tsx";
import { SupportSection } from "./support-section.tsx";

const SECTIONS = [
  ["kill-switch", "Kill Switch"],
  ["trial", "Trial mode"],
  ["quiet-hours", "Quiet hours"],
  ["destinations", "Destinations"],
  ["consent", "Consent"],
  ["fields", "Custom fields"],
  ["short-links", "Short links"],
  ["limits", "Limits and budgets"],
  ["inbox-limit", "Inbox limit"],
  ["rules", "Rule changes"],
  ["organisation", "Organisation"],
  ["people", "People"],
  ["roles", "Custom roles"],
  ["security", "Security"],
  ["approval", "Approval"],
  ["support", "Support access"],
] as const;

export default function SettingsPage(): JSX.Element {
  const query = useQuery(settingsQuery);
  const destinations = useQuery(() => destinationsQuery([]));
  const fields = useQuery(fieldsQuery);
  const links = useQuery(linkSettingsQuery);
  const location = useLocation();
  const denied = useDenied();
  const shown = () =>
    SECTIONS.filter(([id]) => !["people", "roles"].includes(id) || !denied("people.manage"));
  // The sections arrive after the browser has looked for the address's #hash.
  createEffect(() => {
    if (query.isSuccess && !destinations.isPending && !fields.isPending && !links.isPending && location.hash)
      queueMicrotask(() => document.getElementById(location.hash.slice(1))?.scrollIntoView());
  });
  return (
    <>
      <PageHead title="Settings" />
      <div class="grid items-start gap-8 lg:grid-cols-[11rem_minmax(0,1fr)]">
        <nav aria-label="Settings" class="sticky top-6 hidden lg:block">
          <ul class="grid gap-0.5">
            {shown().map(([id, label]) => (
              <li>
                <a
                  href={`/settings#${id}`}
                  class="block rounded-lg px-2.5 py-1.5 text-muted hover:bg-sunken hover:text-ink"
                >
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="grid max-w-3xl gap-6">
          <KillSwitchSection />
          {/* All sections appear together. Otherwise later ones would push the others away under the pointer. */}
          <Loaded query={query}>
            {(settings) => (
              <Show when={!destinations.isPending && !fields.isPending && !links.isPending}>
                <TrialSection />
                <QuietHoursSection settings={settings()} />
                <DestinationsSection settings={settings()} />
                <ConsentSection />
                <FieldsSection />
                <ShortLinksSection />
                <LimitsSection settings={settings()} />
                <InboxLimitSection />
                <RulesSection />
                <OrganisationSection settings={settings()} />
                <Show when={!denied("people.manage")}>
                  <MembersSection />
                  <RolesSection />
                </Show>
                <SecuritySection />
                <ApprovalSection />
                <SupportSection />
              </Show>
            )}
          </Loaded>
        </div>
      </div>
    </>
  );
}
