import * as Dropdown from "@kobalte/core/dropdown-menu";
import { For, type JSX, Show } from "solid-js";
import { Icon, type IconName } from "../icon.tsx";

export type MenuEntry = {
  label: string;
  icon?: IconName;
  danger?: boolean;
  checked?: boolean;
  disabled?: boolean;
  onSelect: () => void;
};

/** A button that opens a list of actions, with arrow keys, type-ahead and Escape. */
export function Menu(props: {
  label: string;
  trigger: JSX.Element;
  triggerClass: string;
  heading?: JSX.Element;
  groups: MenuEntry[][];
}): JSX.Element {
  return (
    <Dropdown.Root gutter={6} placement="bottom-end" modal={false}>
      <Dropdown.Trigger class={props.triggerClass} aria-label={props.label}>
        {props.trigger}
      </Dropdown.Trigger>
      {/* Mounted inside a landmark, so that screen readers find it. */}
      <Dropdown.Portal mount={document.getElementById("main") ?? document.body}>
        <Dropdown.Content class="z-50 max-h-[80vh] min-w-52 animate-appear overflow-y-auto rounded-xl border border-line bg-surface p-1.5 shadow-raised outline-none">
          <For each={props.groups.filter((group) => group.length > 0)}>
            {(group, index) => (
              <>
                <Show when={index() > 0}>
                  <Dropdown.Separator class="-mx-1.5 my-1.5 border-line" />
                </Show>
                <Dropdown.Group>
                  <Show when={index() === 0 && props.heading}>
                    <Dropdown.GroupLabel
                      as="div"
                      class="-mx-1.5 mb-1.5 border-b border-line px-4 pt-1.5 pb-2.5"
                    >
                      {props.heading}
                    </Dropdown.GroupLabel>
                  </Show>
                  <For each={group}>{(entry) => <MenuItem entry={entry} />}</For>
                </Dropdown.Group>
              </>
            )}
          </For>
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

function MenuItem(props: { entry: MenuEntry }): JSX.Element {
  return (
    <Dropdown.Item
      onSelect={() => props.entry.onSelect()}
      disabled={props.entry.disabled ?? false}
      class={`flex items-center gap-2.5 rounded-lg px-2.5 py-1.5 outline-none select-none data-highlighted:bg-sunken data-disabled:opacity-50 ${props.entry.danger ? "text-danger" : ""}`}
    >
      <Show when={props.entry.icon}>{(icon) => <Icon name={icon()} class="size-4 opacity-70" />}</Show>
      <span class="grow">{props.entry.label}</span>
      <Show when={props.entry.checked}>
        <Icon name="check" class="size-4 text-accent" />
        <span class="sr-only">(chosen)</span>
      </Show>
    </Dropdown.Item>
  );
}
