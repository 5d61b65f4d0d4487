import * as KDialog from "@kobalte/core/dialog";
import { Navigate, type RouteSectionProps, useIsRouting, useLocation, useNavigate } from "@solidjs/router";
import { createEffect, createSignal, ErrorBoundary, type JSX, lazy, on, Show, Suspense } from "solid-js";
import { type Me, meQueryLive, rightsChanged } from "../data/session.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { useQuery } from "../data/transport/use-query.ts";
import { InboxNotices } from "../pages/inbox/team/notices.tsx";
import { Button, IconButton, LinkButton } from "../ui/controls/button.tsx";
import { createKeptFocus } from "../ui/controls/kept-focus.ts";
import { Empty, SkeletonRows } from "../ui/loaded.tsx";
import { RestoredBanner } from "./banners/restored-banner.tsx";
import { TrialBanner } from "./banners/trial-banner.tsx";
import { VisitBanner } from "./banners/visit-banner.tsx";
import { PausedBanner } from "./kill-switch.tsx";
import { signInAddress } from "./next-address.ts";
import { mayOpen, pagesFor } from "./pages-list.ts";
import { SessionContext, useMe } from "./session-context.tsx";
import { ShortcutList } from "./shortcut-list.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { Brand, Navigation } from "./sidebar.tsx";
import { TopBar } from "./top-bar.tsx";

const SecondFactorRequired = lazy(() => import("../pages/security/required.tsx"));
const CommandPalette = lazy(() => import("./command-palette.tsx"));

/** The frame of every page that needs a session. Without one, it leads to the sign-in page. */
export function Shell(props: RouteSectionProps): JSX.Element {
  const location = useLocation();
  const query = useQuery(meQueryLive);
  const me = () => (query.isPending || !query.data ? undefined : (query.data as Me));
  return (
    <Show
      when={me()}
      fallback={
        <Show when={query.isSuccess || query.isError}>
          <Show
            when={!query.isError}
            fallback={
              <Empty icon="warning" title="smscrm could not start">
                {sentenceOf(query.error)}
              </Empty>
            }
          >
            <Navigate href={signInAddress(location)} />
          </Show>
        </Show>
      }
    >
      {(present) => (
        <SessionContext.Provider value={present}>
          <Show when={!present().lacksSecondFactor} fallback={<SecondFactorRequired />}>
            <Frame>{props.children}</Frame>
            <InboxNotices />
          </Show>
        </SessionContext.Provider>
      )}
    </Show>
  );
}

function Frame(props: { children: JSX.Element }): JSX.Element {
  const navigate = useNavigate();
  const location = useLocation();
  const me = useMe();
  const pages = () => pagesFor(me().permissions);
  createEffect(on(() => me().permissions.join(" "), rightsChanged, { defer: true }));
  const [menuOpen, setMenuOpen] = createSignal(false);
  const [searchOpen, setSearchOpen] = createSignal(false);
  const [searchWanted, setSearchWanted] = createSignal(false);
  const [shortcutsOpen, setShortcutsOpen] = createSignal(false);
  const openSearch = () => {
    setSearchWanted(true);
    setSearchOpen(true);
  };
  useShortcuts(() => ({
    "mod+k": openSearch,
    "/": openSearch,
    "?": () => setShortcutsOpen(true),
    c: () => navigate("/campaigns/new"),
    ...Object.fromEntries(pages().map((page) => [page.keys ?? "", () => navigate(page.href)])),
  }));
  createEffect(
    on(
      () => location.pathname,
      () => setMenuOpen(false),
      { defer: true },
    ),
  );
  return (
    <>
      <a
        href="#main"
        rel="external"
        class="fixed top-2 left-2 z-80 -translate-y-16 rounded-lg bg-accent-fill px-4 py-2 font-medium text-on-fill focus:translate-y-0"
      >
        Skip to content
      </a>
      <RoutingBar />
      <div class="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
        <aside class="sticky top-0 hidden h-dvh overflow-y-auto border-r border-line bg-surface px-3 py-3 lg:block">
          <div class="mb-4">
            <Brand />
          </div>
          <Navigation />
        </aside>
        <div class="min-w-0">
          <header>
            <TopBar
              onMenu={() => setMenuOpen(true)}
              onSearch={openSearch}
              onShortcuts={() => setShortcutsOpen(true)}
            />
            <VisitBanner />
            <Show when={!me().tenant.isPlatform}>
              <PausedBanner />
              <RestoredBanner />
              <TrialBanner />
            </Show>
          </header>
          <main id="main" tabindex="-1" class="mx-auto max-w-7xl px-4 py-6 outline-none sm:px-8 sm:py-8">
            <ErrorBoundary
              fallback={(error, reset) => <Broken error={error} reset={reset} path={location.pathname} />}
            >
              <Show
                when={mayOpen(me().permissions, location.pathname)}
                fallback={<NotForThisRole home={pages()[0]?.href ?? "/security"} />}
              >
                <Suspense fallback={<SkeletonRows />}>{props.children}</Suspense>
              </Show>
            </ErrorBoundary>
          </main>
        </div>
      </div>
      <MobileMenu open={menuOpen()} onClose={() => setMenuOpen(false)} />
      <ShortcutList open={shortcutsOpen()} onClose={() => setShortcutsOpen(false)} />
      <Show when={searchWanted()}>
        <Suspense>
          <CommandPalette open={searchOpen()} onClose={() => setSearchOpen(false)} />
        </Suspense>
      </Show>
    </>
  );
}

/** Who may not see Home begins at the first page of their menu. Any other page says whose it is. */
function NotForThisRole(props: { home: string }): JSX.Element {
  const location = useLocation();
  const me = useMe();
  return (
    <Show when={location.pathname !== "/"} fallback={<Navigate href={props.home} />}>
      <Empty
        heading
        icon="block"
        title="Not for your role"
        action={<LinkButton href={props.home}>Go back</LinkButton>}
      >
        Your role ({me().roleName}) doesn’t see this page. Ask an owner of {me().tenant.name}.
      </Empty>
    </Show>
  );
}

/** Shown in place of a page that failed, so that the menu and the kill switch still work. */
function Broken(props: { error: unknown; reset: () => void; path: string }): JSX.Element {
  console.error(props.error);
  createEffect(
    on(
      () => props.path,
      () => props.reset(),
      { defer: true },
    ),
  );
  return (
    <Empty
      icon="warning"
      title="This page failed to load"
      action={<Button onClick={() => props.reset()}>Try again</Button>}
    >
      Try again. If it fails again, tell the platform operator what you did.
    </Empty>
  );
}

function RoutingBar(): JSX.Element {
  const isRouting = useIsRouting();
  return (
    <Show when={isRouting()}>
      <div class="fixed inset-x-0 top-0 z-60 h-0.5 overflow-hidden" aria-hidden="true">
        <div class="h-full w-1/3 animate-slide bg-accent-fill" />
      </div>
    </Show>
  );
}

function MobileMenu(props: { open: boolean; onClose: () => void }): JSX.Element {
  const focus = createKeptFocus(() => props.open);
  return (
    <KDialog.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <KDialog.Portal>
        <KDialog.Overlay class="fixed inset-0 z-40 bg-black/45 lg:hidden" />
        <KDialog.Content
          ref={focus.ref}
          onCloseAutoFocus={focus.onCloseAutoFocus}
          class="fixed inset-y-0 left-0 z-50 w-72 max-w-[85vw] overflow-y-auto border-r border-line bg-surface p-3 shadow-raised lg:hidden"
        >
          <KDialog.Title class="sr-only">Menu</KDialog.Title>
          <div class="mb-4 flex items-center justify-between">
            <Brand />
            <IconButton label="Close the menu" icon="cross" onClick={() => props.onClose()} />
          </div>
          <Navigation onGo={props.onClose} />
        </KDialog.Content>
      </KDialog.Portal>
    </KDialog.Root>
  );
}
