import type { RouteDefinition } from "@solidjs/router";
import { lazyPage } from "./page-loading.ts";
import { Shell } from "./shell/shell.tsx";

/** Not loaded while idle: these pages bring the editor with its checks, which is large. */
const HEAVY = { heavy: true };

/** Every page of the product. A page is loaded when it is opened, or when the pointer is over a link to it. */
export const routes: RouteDefinition[] = [
  { path: "/sign-in", component: lazyPage(() => import("./pages/sign-in.tsx")) },
  { path: "/join", component: lazyPage(() => import("./pages/join.tsx")) },
  { path: "/forgot", component: lazyPage(() => import("./pages/forgot.tsx")) },
  { path: "/confirm", component: lazyPage(() => import("./pages/confirm.tsx")) },
  { path: "/reset", component: lazyPage(() => import("./pages/reset.tsx")) },
  {
    path: "/",
    component: Shell,
    children: [
      { path: "/", component: lazyPage(() => import("./pages/home/home.tsx")) },
      { path: "/campaigns", component: lazyPage(() => import("./pages/campaigns/list.tsx")) },
      { path: "/campaigns/new", component: lazyPage(() => import("./pages/campaigns/new.tsx")), info: HEAVY },
      {
        path: "/campaigns/approvals",
        component: lazyPage(() => import("./pages/campaigns/approval/list.tsx")),
      },
      {
        path: "/campaigns/approvals/:id",
        component: lazyPage(() => import("./pages/campaigns/approval/approval.tsx")),
      },
      { path: "/campaigns/:id", component: lazyPage(() => import("./pages/campaigns/campaign.tsx")) },
      {
        path: "/campaigns/:id/edit",
        component: lazyPage(() => import("./pages/campaigns/edit.tsx")),
        info: HEAVY,
      },
      { path: "/templates", component: lazyPage(() => import("./pages/templates/list.tsx")) },
      { path: "/templates/snippets", component: lazyPage(() => import("./pages/templates/snippets.tsx")) },
      {
        path: "/templates/snippets/:id",
        component: lazyPage(() => import("./pages/templates/snippet.tsx")),
        info: HEAVY,
      },
      { path: "/templates/languages", component: lazyPage(() => import("./pages/templates/languages.tsx")) },
      {
        path: "/templates/:id",
        component: lazyPage(() => import("./pages/templates/template.tsx")),
        info: HEAVY,
      },
      { path: "/flows", component: lazyPage(() => import("./pages/flows/list.tsx")) },
      { path: "/flows/:id", component: lazyPage(() => import("./pages/flows/flow.tsx")), info: HEAVY },
      { path: "/inbox", component: lazyPage(() => import("./pages/inbox/inbox.tsx")) },
      {
        path: "/inbox/settings",
        component: lazyPage(() => import("./pages/inbox/settings/inbox-settings.tsx")),
        info: HEAVY,
      },
      { path: "/messages", component: lazyPage(() => import("./pages/messages/list.tsx")) },
      { path: "/messages/:id", component: lazyPage(() => import("./pages/messages/message.tsx")) },
      { path: "/reports", component: lazyPage(() => import("./pages/reports/reports.tsx")) },
      { path: "/contacts", component: lazyPage(() => import("./pages/contacts/list.tsx")) },
      { path: "/contacts/import", component: lazyPage(() => import("./pages/contacts/import/list.tsx")) },
      {
        path: "/contacts/import/:id",
        component: lazyPage(() => import("./pages/contacts/import/import.tsx")),
      },
      { path: "/contacts/bulk", component: lazyPage(() => import("./pages/contacts/bulk/list.tsx")) },
      { path: "/contacts/bulk/:id", component: lazyPage(() => import("./pages/contacts/bulk/action.tsx")) },
      {
        path: "/contacts/duplicates",
        component: lazyPage(() => import("./pages/contacts/merging/duplicates.tsx")),
      },
      { path: "/contacts/:id", component: lazyPage(() => import("./pages/contacts/contact.tsx")) },
      {
        path: "/contacts/:id/merge/:other",
        component: lazyPage(() => import("./pages/contacts/merging/merge.tsx")),
      },
      { path: "/audiences", component: lazyPage(() => import("./pages/audiences/list.tsx")) },
      {
        path: "/audiences/:id",
        component: lazyPage(() => import("./pages/audiences/audience.tsx")),
        info: HEAVY,
      },
      { path: "/do-not-contact", component: lazyPage(() => import("./pages/do-not-contact/list.tsx")) },
      { path: "/budgets", component: lazyPage(() => import("./pages/budgets/budgets.tsx")) },
      { path: "/numbers", component: lazyPage(() => import("./pages/numbers.tsx")) },
      { path: "/platform", component: lazyPage(() => import("./pages/platform/organisations.tsx")) },
      { path: "/platform/members", component: lazyPage(() => import("./pages/platform/members.tsx")) },
      {
        path: "/platform/countries",
        component: lazyPage(() => import("./pages/platform/countries/list.tsx")),
      },
      {
        path: "/platform/countries/:country",
        component: lazyPage(() => import("./pages/platform/countries/country.tsx")),
      },
      {
        path: "/platform/countries/:country/drafts/:id",
        component: lazyPage(() => import("./pages/platform/countries/draft.tsx")),
      },
      { path: "/platform/:id", component: lazyPage(() => import("./pages/platform/organisation.tsx")) },
      { path: "/settings", component: lazyPage(() => import("./pages/settings/settings.tsx")) },
      {
        path: "/settings/single-sign-on",
        component: lazyPage(() => import("./pages/single-sign-on/single-sign-on.tsx")),
      },
      { path: "/settings/rules/:id", component: lazyPage(() => import("./pages/rules/rule-change.tsx")) },
      { path: "/security", component: lazyPage(() => import("./pages/security/security.tsx")) },
      { path: "/alerts", component: lazyPage(() => import("./pages/alerts/list.tsx")) },
      { path: "/audit", component: lazyPage(() => import("./pages/audit/audit.tsx")) },
      { path: "/privacy", component: lazyPage(() => import("./pages/privacy/privacy.tsx")) },
      { path: "/system", component: lazyPage(() => import("./pages/system.tsx")) },
      { path: "*rest", component: lazyPage(() => import("./pages/not-found.tsx")) },
    ],
  },
];
