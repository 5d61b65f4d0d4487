import { alerts } from "./routers/alerts.ts";
import { audit } from "./routers/audit.ts";
import { auth } from "./routers/auth.ts";
import { campaigns } from "./routers/campaigns.ts";
import { contacts } from "./routers/contacts.ts";
import { doNotContact } from "./routers/do-not-contact.ts";
import { home } from "./routers/home.ts";
import { imports } from "./routers/imports.ts";
import { inbox } from "./routers/inbox.ts";
import { killSwitch } from "./routers/kill-switch.ts";
import { messages } from "./routers/messages.ts";
import { numbers } from "./routers/numbers.ts";
import { people } from "./routers/people.ts";
import { restore } from "./routers/restore.ts";
import { budget, settings } from "./routers/settings.ts";
import { system } from "./routers/system.ts";
import { router } from "./trpc.ts";

/** Everything that the dashboard and internal tools can ask: one router per noun. */
export const appRouter = router({
  auth,
  alerts,
  contacts,
  imports,
  campaigns,
  messages,
  inbox,
  doNotContact,
  killSwitch,
  settings,
  budget,
  numbers,
  people,
  audit,
  home,
  system,
  restore,
});

export type AppRouter = typeof appRouter;
