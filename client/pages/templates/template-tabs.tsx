import { A } from "@solidjs/router";
import { For, type JSX } from "solid-js";

const PAGES = [
  { href: "/templates", label: "Templates" },
  { href: "/templates/snippets", label: "Snippets" },
  { href: "/templates/languages", label: "Languages" },
];

/** Leads from one of the pages about saved texts to the others. */
export function TemplateTabs(): JSX.Element {
  return (
    <nav class="mb-4 flex min-w-0 gap-1 overflow-x-auto p-0.5" aria-label="Saved texts">
      <For each={PAGES}>
        {({ href, label }) => (
          <A
            href={href}
            end
            class="inline-flex min-h-8 items-center rounded-full px-3 whitespace-nowrap text-muted hover:bg-sunken aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent"
          >
            {label}
          </A>
        )}
      </For>
    </nav>
  );
}
