import { useNavigate } from "@solidjs/router";
import { type JSX, Match, Show, Switch } from "solid-js";
import { stopped } from "../data/kill-switch.ts";
import { useSignOut } from "../data/session.ts";
import { IconButton } from "../ui/controls/button.tsx";
import { Menu } from "../ui/controls/menu.tsx";
import { Icon } from "../ui/icon.tsx";
import { Skeleton } from "../ui/loaded.tsx";
import { IS_MAC } from "../ui/platform.ts";
import { useEnterTenant } from "./enter-tenant.ts";
import { PauseButton, useKillSwitch } from "./kill-switch.tsx";
import { useMe } from "./session-context.tsx";
import { chooseTheme, themeChoice } from "./theme-choice.ts";

export function TopBar(props: {
  onMenu: () => void;
  onSearch: () => void;
  onShortcuts: () => void;
}): JSX.Element {
  const me = useMe();
  return (
    <div class="flex h-14 items-center gap-2 border-b border-line bg-surface px-3 sm:px-8 lg:bg-transparent">
      <IconButton label="Open the menu" icon="menu" class="lg:hidden" onClick={() => props.onMenu()} />
      <button
        type="button"
        onClick={() => props.onSearch()}
        aria-keyshortcuts="Control+K Meta+K"
        class="flex min-h-9 min-w-9 items-center gap-2 rounded-lg border border-transparent px-2.5 text-muted hover:bg-sunken sm:w-64 sm:border-line sm:bg-surface"
      >
        <Icon name="search" />
        <span class="sr-only sm:not-sr-only">Search or go to…</span>
        <kbd class="ml-auto hidden rounded border border-line px-1.5 font-sans text-xs sm:block">
          {IS_MAC ? "⌘" : "Ctrl"} K
        </kbd>
      </button>
      <div class="ml-auto flex items-center gap-1.5 sm:gap-3">
        <Show when={!me().tenant.isPlatform}>
          <SendingState />
        </Show>
        <UserMenu onShortcuts={props.onShortcuts} />
      </div>
    </div>
  );
}

/** Whether sending is paused, and the button to pause it. The banner has the button to resume. */
function SendingState(): JSX.Element {
  const state = useKillSwitch();
  return (
    <Switch fallback={<Skeleton class="h-7 w-[7.75rem]" />}>
      <Match when={state()?.pausedAt}>
        <span class="flex items-center gap-2 rounded-full bg-danger-soft px-3 py-1 font-medium text-danger">
          <Icon name="pause" class="size-3.5" /> {stopped(state())?.suspendedAt ? "Suspended" : "Paused"}
        </span>
      </Match>
      <Match when={state()}>
        <PauseButton size="small" />
      </Match>
    </Switch>
  );
}

function UserMenu(props: { onShortcuts: () => void }): JSX.Element {
  const me = useMe();
  const signOut = useSignOut();
  const enter = useEnterTenant();
  const navigate = useNavigate();
  const theme = (value: "system" | "light" | "dark", label: string, icon: "screen" | "sun" | "moon") => ({
    label,
    icon,
    checked: themeChoice() === value,
    onSelect: () => chooseTheme(value),
  });
  const tenants = () =>
    me().tenants.length < 2
      ? []
      : me().tenants.map((tenant) => ({
          label: tenant.name,
          checked: tenant.id === me().tenant.id,
          onSelect: () => void enter(tenant.id),
        }));
  return (
    <Menu
      label={`${initials(me().user.name)}: account of ${me().user.name}`}
      triggerClass="grid size-8 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
      trigger={initials(me().user.name)}
      heading={
        <>
          <p class="font-medium">{me().user.name}</p>
          <p class="text-[0.8125rem] text-muted">
            {me().user.email} · {me().roleName}
          </p>
        </>
      }
      groups={[
        tenants(),
        [
          theme("system", "Same as this device", "screen"),
          theme("light", "Light", "sun"),
          theme("dark", "Dark", "moon"),
        ],
        [{ label: "Security", icon: "user", onSelect: () => navigate("/security") }],
        [{ label: "Keyboard shortcuts", icon: "keyboard", onSelect: () => props.onShortcuts() }],
        [{ label: "Sign out", icon: "exit", onSelect: () => signOut.mutate() }],
      ]}
    />
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase();
}
