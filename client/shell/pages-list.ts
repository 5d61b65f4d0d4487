import type { Action } from "@smscrm/core/process/roles";
import type { IconName } from "../ui/icon.tsx";

export type PageEntry = {
  href: string;
  label: string;
  icon: IconName;
  /** Who may not do this does not see the page. */
  action: Action;
  keys?: string;
  words?: string;
};

/** The pages of the menu by group. The command palette and the list of shortcuts use it too. */
const PAGE_GROUPS: { label: string | null; pages: PageEntry[] }[] = [
  {
    label: null,
    pages: [
      {
        href: "/",
        action: "campaigns.read",
        label: "Home",
        icon: "home",
        keys: "g h",
        words: "overview dashboard start",
      },
      {
        href: "/campaigns",
        action: "campaigns.read",
        label: "Campaigns",
        icon: "send",
        keys: "g c",
        words: "drafts broadcasts",
      },
      {
        href: "/templates",
        action: "campaigns.read",
        label: "Templates",
        icon: "edit",
        keys: "g x",
        words: "saved texts versions snippets languages signature",
      },
      {
        href: "/flows",
        action: "campaigns.read",
        label: "Flows",
        icon: "play",
        keys: "g w",
        words: "automation journeys drip keyword event steps",
      },
      {
        href: "/inbox",
        action: "inbox.read",
        label: "Inbox",
        icon: "inbox",
        keys: "g b",
        words: "replies answers conversations",
      },
      {
        href: "/messages",
        action: "messages.read",
        label: "Messages",
        icon: "messages",
        keys: "g m",
        words: "send jobs why texts",
      },
      {
        href: "/reports",
        action: "campaigns.read",
        label: "Reports",
        icon: "chart",
        keys: "g r",
        words: "figures statistics analytics cost delivery",
      },
    ],
  },
  {
    label: "Platform",
    pages: [
      {
        href: "/platform",
        action: "platform.read",
        label: "Organisations",
        icon: "people",
        keys: "g o",
        words: "tenants customers limits suspend",
      },
      {
        href: "/platform/countries",
        action: "platform.read",
        label: "Countries",
        icon: "clock",
        keys: "g k",
        words: "law rules hours prices holidays consent",
      },
      {
        href: "/platform/members",
        action: "platform.read",
        label: "Platform members",
        icon: "user",
        keys: "g t",
        words: "operators staff people invite",
      },
    ],
  },
  {
    label: "Audience",
    pages: [
      {
        href: "/contacts",
        action: "contacts.read",
        label: "Contacts",
        icon: "people",
        keys: "g p",
        words: "people audience",
      },
      {
        href: "/audiences",
        action: "contacts.read",
        label: "Audiences",
        icon: "tag",
        keys: "g f",
        words: "segments filters conditions saved",
      },
      {
        href: "/contacts/import",
        action: "contacts.read",
        label: "Imports",
        icon: "upload",
        keys: "g i",
        words: "csv upload file",
      },
      {
        href: "/do-not-contact",
        action: "doNotContact.read",
        label: "Do not contact",
        icon: "block",
        keys: "g d",
        words: "dnc stop opt-out",
      },
      {
        href: "/privacy",
        action: "privacy.read",
        label: "Privacy desk",
        icon: "user",
        keys: "g e",
        words: "gdpr erase forget export evidence person",
      },
    ],
  },
  {
    label: "Sending",
    pages: [
      {
        href: "/numbers",
        action: "settings.read",
        label: "Sending numbers",
        icon: "phone",
        keys: "g n",
        words: "senders warm-up",
      },
      {
        href: "/budgets",
        action: "settings.read",
        label: "Budgets",
        icon: "wallet",
        keys: "g u",
        words: "money spend cost limits",
      },
      {
        href: "/settings",
        action: "settings.read",
        label: "Settings",
        icon: "settings",
        keys: "g s",
        words: "kill switch quiet hours budget",
      },
      {
        href: "/alerts",
        action: "alerts.read",
        label: "Alerts",
        icon: "warning",
        keys: "g l",
        words: "problems incidents paging",
      },
      {
        href: "/audit",
        action: "audit.read",
        label: "Audit log",
        icon: "audit",
        keys: "g a",
        words: "history who",
      },
      {
        href: "/system",
        action: "alerts.read",
        label: "System",
        icon: "pulse",
        keys: "g y",
        words: "health queue worker version",
      },
    ],
  },
];

const PAGES: PageEntry[] = PAGE_GROUPS.flatMap((group) => group.pages);

/** Returns the groups of the menu that a person with these permissions sees. */
export const groupsFor = (permissions: readonly Action[]): typeof PAGE_GROUPS =>
  PAGE_GROUPS.map(({ label, pages }) => ({
    label,
    pages: pages.filter((page) => permissions.includes(page.action)),
  })).filter(({ pages }) => pages.length > 0);

/** Returns the pages of these groups. */
export const pagesFor = (permissions: readonly Action[]): PageEntry[] =>
  groupsFor(permissions).flatMap(({ pages }) => pages);

/** Whether a person with these permissions may open an address. One that is in no menu decides for itself. */
export function mayOpen(permissions: readonly Action[], pathname: string): boolean {
  const page = pageOf(pathname);
  return !page || permissions.includes(page.action);
}

/** Returns the page that an address belongs to: the one with the longest matching path. */
export function pageOf(pathname: string): PageEntry | undefined {
  const belongs = (page: PageEntry) =>
    page.href === "/" ? pathname === "/" : pathname === page.href || pathname.startsWith(`${page.href}/`);
  return PAGES.filter(belongs).sort((a, b) => b.href.length - a.href.length)[0];
}
