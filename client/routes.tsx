import type { RouteDefinition } from "@solidjs/router";
import { lazy } from "solid-js";
import { Shell } from "./shell/shell.tsx";

/** Every page of the product. A page is loaded when it is first opened, or when a link to it is pointed at. */
export const routes: RouteDefinition[] = [
  { path: "/sign-in", component: lazy(() => import("./pages/sign-in.tsx")) },
  {
    path: "/",
    component: Shell,
    children: [
      { path: "/", component: lazy(() => import("./pages/home.tsx")) },
      { path: "/campaigns", component: lazy(() => import("./pages/campaigns/list.tsx")) },
      { path: "/campaigns/new", component: lazy(() => import("./pages/campaigns/new.tsx")) },
      { path: "/campaigns/:id", component: lazy(() => import("./pages/campaigns/campaign.tsx")) },
      { path: "/campaigns/:id/edit", component: lazy(() => import("./pages/campaigns/edit.tsx")) },
      { path: "/messages", component: lazy(() => import("./pages/messages/list.tsx")) },
      { path: "/messages/:id", component: lazy(() => import("./pages/messages/message.tsx")) },
      { path: "/contacts", component: lazy(() => import("./pages/contacts/list.tsx")) },
      { path: "/contacts/import", component: lazy(() => import("./pages/contacts/import/list.tsx")) },
      { path: "/contacts/import/:id", component: lazy(() => import("./pages/contacts/import/import.tsx")) },
      { path: "/contacts/:id", component: lazy(() => import("./pages/contacts/contact.tsx")) },
      { path: "/do-not-contact", component: lazy(() => import("./pages/do-not-contact/list.tsx")) },
      { path: "/numbers", component: lazy(() => import("./pages/numbers.tsx")) },
      { path: "/settings", component: lazy(() => import("./pages/settings/settings.tsx")) },
      { path: "/audit", component: lazy(() => import("./pages/audit.tsx")) },
      { path: "/system", component: lazy(() => import("./pages/system.tsx")) },
      { path: "*rest", component: lazy(() => import("./pages/not-found.tsx")) },
    ],
  },
];
