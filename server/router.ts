import { audiences } from "./audiences/router.ts";
import { abTest } from "./campaigns/ab-test-router.ts";
import { approvals } from "./campaigns/approvals/approvals-router.ts";
import { firstPart } from "./campaigns/first-part-router.ts";
import { campaigns } from "./campaigns/router.ts";
import { series } from "./campaigns/series-router.ts";
import { testNumbers } from "./campaigns/test-numbers-router.ts";
import { doNotContact } from "./contacts/do-not-contact-router.ts";
import { fields } from "./contacts/fields-router.ts";
import { optIn } from "./contacts/opt-in-router.ts";
import { person } from "./contacts/person-router.ts";
import { contacts } from "./contacts/router.ts";
import { signUp } from "./contacts/sign-up-router.ts";
import { topics } from "./contacts/topics-router.ts";
import { exports } from "./exports/router.ts";
import { flows } from "./flows/router.ts";
import { imports } from "./imports/router.ts";
import { inbox } from "./inbox/router.ts";
import { savedReplies } from "./inbox/saved-replies-router.ts";
import { inboxTeam } from "./inbox/team-router.ts";
import { inboxTeams } from "./inbox/teams-router.ts";
import { shortLinks } from "./links/router.ts";
import { live } from "./live/router.ts";
import { messages } from "./messages/router.ts";
import { alerts } from "./monitoring/alerts-router.ts";
import { system } from "./monitoring/system-router.ts";
import { platform } from "./platform/router.ts";
import { support } from "./platform/support-router.ts";
import { retention } from "./privacy/retention-router.ts";
import { privacy } from "./privacy/router.ts";
import { reports } from "./reports/router.ts";
import { restore } from "./restore/router.ts";
import { rules } from "./rules/router.ts";
import { numbers } from "./senders/router.ts";
import { suppression } from "./suppression/router.ts";
import { languages } from "./templates/languages-router.ts";
import { templates } from "./templates/router.ts";
import { snippets } from "./templates/snippets-router.ts";
import { audit } from "./tenants/audit-router.ts";
import { home } from "./tenants/home-router.ts";
import { killSwitch } from "./tenants/kill-switch-router.ts";
import { safeguards } from "./tenants/safeguards-router.ts";
import { budget, settings } from "./tenants/settings-router.ts";
import { router } from "./trpc.ts";
import { auth } from "./users/auth-router.ts";
import { join } from "./users/join-router.ts";
import { lostPassword } from "./users/lost-password-router.ts";
import { people } from "./users/members-router.ts";
import { roles } from "./users/roles/roles-router.ts";
import { secondFactor } from "./users/second-factor/second-factor-router.ts";
import { identityProvider } from "./users/single-sign-on/identity-provider-router.ts";
import { singleSignOn } from "./users/single-sign-on/sign-in-router.ts";

/** All procedures for the dashboard and internal tools: one router per noun. */
export const appRouter = router({
  auth,
  alerts,
  contacts,
  person,
  fields,
  audiences,
  topics,
  optIn,
  signUp,
  imports,
  exports,
  campaigns,
  shortLinks,
  approvals,
  templates,
  snippets,
  languages,
  firstPart,
  abTest,
  flows,
  series,
  testNumbers,
  messages,
  inbox,
  inboxTeam,
  inboxTeams,
  savedReplies,
  doNotContact,
  suppression,
  killSwitch,
  live,
  settings,
  safeguards,
  budget,
  rules,
  numbers,
  people,
  roles,
  join,
  secondFactor,
  singleSignOn,
  identityProvider,
  lostPassword,
  audit,
  home,
  system,
  reports,
  restore,
  privacy,
  retention,
  platform,
  support,
});

export type AppRouter = typeof appRouter;
