import type { IconName } from "../ui/icon.tsx";

export type PageEntry = { href: string; label: string; icon: IconName; keys?: string; words?: string };

/** The pages of the menu by group. The command palette and the list of shortcuts use it too. */
export const PAGE_GROUPS: { label: string | null; pages: PageEntry[] }[] = [
  {
    label: null,
    pages: [
      { href: "/", label: "Home", icon: "home", keys: "g h", words: "overview dashboard start" },
      { href: "/campaigns", label: "Campaigns", icon: "send", keys: "g c", words: "drafts broadcasts" },
      { href: "/inbox", label: "Inbox", icon: "inbox", keys: "g b", words: "replies answers conversations" },
      { href: "/messages", label: "Messages", icon: "messages", keys: "g m", words: "send jobs why texts" },
    ],
  },
  {
    label: "Audience",
    pages: [
      { href: "/contacts", label: "Contacts", icon: "people", keys: "g p", words: "people audience" },
      { href: "/contacts/import", label: "Imports", icon: "upload", keys: "g i", words: "csv upload file" },
      {
        href: "/do-not-contact",
        label: "Do not contact",
        icon: "block",
        keys: "g d",
        words: "dnc stop opt-out",
      },
    ],
  },
  {
    label: "Sending",
    pages: [
      { href: "/numbers", label: "Sending numbers", icon: "phone", keys: "g n", words: "senders warm-up" },
      { href: "/budgets", label: "Budgets", icon: "wallet", keys: "g u", words: "money spend cost limits" },
      {
        href: "/settings",
        label: "Settings",
        icon: "settings",
        keys: "g s",
        words: "kill switch quiet hours budget",
      },
      { href: "/alerts", label: "Alerts", icon: "warning", keys: "g l", words: "problems incidents paging" },
      { href: "/audit", label: "Audit log", icon: "audit", keys: "g a", words: "history who" },
      { href: "/system", label: "System", icon: "pulse", keys: "g y", words: "health queue worker version" },
    ],
  },
];

export const PAGES: PageEntry[] = PAGE_GROUPS.flatMap((group) => group.pages);

/** Returns the page that an address belongs to: the one with the longest matching path. */
export function pageOf(pathname: string): PageEntry | undefined {
  const belongs = (page: PageEntry) =>
    page.href === "/" ? pathname === "/" : pathname === page.href || pathname.startsWith(`${page.href}/`);
  return PAGES.filter(belongs).sort((a, b) => b.href.length - a.href.length)[0];
}
