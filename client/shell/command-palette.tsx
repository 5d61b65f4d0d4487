import * as KDialog from "@kobalte/core/dialog";
import { useNavigate } from "@solidjs/router";
import { createEffect, createMemo, createSignal, For, type JSX, on, onMount, Show } from "solid-js";
import { recentCampaignsQuery } from "../data/campaigns.ts";
import { contactSearchQuery } from "../data/contacts/contacts.ts";
import { useQuery } from "../data/transport/use-query.ts";
import { createKeptFocus } from "../ui/controls/kept-focus.ts";
import { filteredAddress } from "../ui/filtered-address.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { formatPhone, nameOf } from "../ui/words/format.ts";
import { matches } from "./command-match.ts";
import { mayOpen, pagesFor } from "./pages-list.ts";
import { useMe } from "./session-context.tsx";

type Command = { href: string; label: string; detail?: string; icon: IconName };

const ACTIONS: (Command & { words: string })[] = [
  { href: "/campaigns/new", label: "New campaign", icon: "plus", words: "create write text" },
  { href: "/contacts/import?new=1", label: "Import contacts", icon: "upload", words: "csv upload file" },
  {
    href: "/security",
    label: "Security",
    icon: "user",
    words: "password passkey second factor authenticator sessions",
  },
  { href: "/settings", label: "Kill switch", icon: "pause", words: "pause stop resume sending" },
];

/** Finds a page, a campaign or a contact by its name. Its code is loaded when it is first opened. */
export default function CommandPalette(props: { open: boolean; onClose: () => void }): JSX.Element {
  const focus = createKeptFocus(() => props.open);
  return (
    <KDialog.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <KDialog.Portal>
        <KDialog.Overlay class="fixed inset-0 z-40 bg-black/45" />
        <div class="fixed inset-0 z-50 grid items-start justify-items-center p-3 pt-[12vh]">
          <KDialog.Content
            ref={focus.ref}
            onCloseAutoFocus={focus.onCloseAutoFocus}
            aria-label="Search or go to"
            class="w-full max-w-xl animate-appear overflow-hidden rounded-2xl border border-line bg-surface shadow-raised"
          >
            <KDialog.Title class="sr-only">Search or go to</KDialog.Title>
            <Finder onClose={props.onClose} />
          </KDialog.Content>
        </div>
      </KDialog.Portal>
    </KDialog.Root>
  );
}

function Finder(props: { onClose: () => void }): JSX.Element {
  const navigate = useNavigate();
  const [text, setText] = createSignal("");
  // Nothing is chosen at first, so that an early Enter does nothing.
  const [chosen, setChosen] = createSignal(-1);
  let input!: HTMLInputElement;
  onMount(() => input.focus());
  const typed = () => text().trim();
  const me = useMe();
  const mayGo = (href: string) => mayOpen(me().permissions, href.split("?")[0]!);
  const campaigns = useQuery(() => ({ ...recentCampaignsQuery(), enabled: mayGo("/campaigns") }));
  const contacts = useQuery(() => ({
    ...contactSearchQuery(typed()),
    enabled: typed().length >= 2 && mayGo("/contacts"),
  }));
  const found = createMemo<Command[]>(() => [
    ...[...pagesFor(me().permissions), ...ACTIONS.filter(({ href }) => mayGo(href))].filter((page) =>
      matches(typed(), `${page.label} ${page.words ?? ""}`),
    ),
    ...(campaigns.isSuccess && typed() ? campaigns.data.items : [])
      .filter((campaign) => matches(typed(), campaign.name))
      .slice(0, 5)
      .map((campaign) => ({
        href: `/campaigns/${campaign.id}`,
        label: campaign.name,
        detail: "Campaign",
        icon: "send" as const,
      })),
    ...(typed().length >= 2 && contacts.isSuccess ? contacts.data.items : []).slice(0, 5).map((contact) => ({
      href: `/contacts/${contact.id}`,
      label: nameOf(contact),
      detail: formatPhone(contact.phone),
      icon: "user" as const,
    })),
    ...(/^\+?[\d\s()-]{5,}$/.test(typed()) && mayGo("/messages")
      ? [
          {
            href: filteredAddress("/messages", { phone: typed().replace(/[^\d+]/g, "") }),
            label: `Messages to ${typed()}`,
            icon: "messages" as const,
          },
        ]
      : []),
  ]);
  createEffect(on(typed, (value) => setChosen(value === "" ? -1 : 0)));
  createEffect(
    on(chosen, (index) => document.getElementById(`found-${index}`)?.scrollIntoView({ block: "nearest" })),
  );
  const go = (command: Command | undefined) => {
    if (!command) return;
    props.onClose();
    navigate(command.href);
  };
  const onKey = (event: KeyboardEvent) => {
    const last = found().length - 1;
    if (event.key === "ArrowDown") setChosen((index) => (index >= last ? 0 : index + 1));
    else if (event.key === "ArrowUp") setChosen((index) => (index <= 0 ? last : index - 1));
    else if (event.key === "Enter") go(found()[chosen()]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div class="flex items-center gap-3 border-b border-line px-4">
        <Icon name="search" class="size-4 text-muted" />
        <input
          ref={input}
          role="combobox"
          aria-label="Search or go to"
          aria-expanded="true"
          aria-controls="found"
          aria-activedescendant={chosen() >= 0 && found().length > 0 ? `found-${chosen()}` : undefined}
          placeholder="Page, campaign, name or number"
          class="h-13 min-w-0 grow bg-transparent text-base outline-none placeholder:text-muted"
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKey}
        />
      </div>
      <div id="found" role="listbox" aria-label="Results" class="max-h-[50vh] overflow-y-auto p-2">
        <For each={found()}>
          {(command, index) => (
            <div
              id={`found-${index()}`}
              role="option"
              tabIndex={-1}
              aria-selected={chosen() === index()}
              onPointerMove={() => setChosen(index())}
              onClick={() => go(command)}
              onKeyDown={onKey}
              class="flex cursor-pointer items-center gap-3 rounded-lg px-3 py-2 aria-selected:bg-sunken"
            >
              <Icon name={command.icon} class="size-4 text-muted" />
              <span class="min-w-0 truncate">{command.label}</span>
              <span class="ml-auto text-[0.8125rem] text-muted">{command.detail}</span>
            </div>
          )}
        </For>
      </div>
      <Show when={found().length === 0}>
        <p class="px-5 pb-5 text-muted" role="status">
          No results. Contacts are found by the start of a name or number.
        </p>
      </Show>
    </>
  );
}
