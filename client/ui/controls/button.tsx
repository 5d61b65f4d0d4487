import { A } from "@solidjs/router";
import { type JSX, Show, splitProps } from "solid-js";
import { Icon, type IconName } from "../icon.tsx";

type Look = "primary" | "secondary" | "quiet" | "danger";
type Size = "normal" | "small";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent-fill text-on-fill hover:bg-accent-hover border-transparent shadow-card",
  secondary: "bg-surface text-ink border-line hover:bg-sunken shadow-card",
  quiet: "bg-transparent text-ink border-transparent hover:bg-sunken",
  danger: "bg-danger-fill text-on-fill hover:bg-danger-hover border-transparent shadow-card",
};
const SIZES: Record<Size, string> = {
  normal: "min-h-9 px-3.5 text-sm gap-2",
  small: "min-h-7 px-2.5 text-[0.8125rem] gap-1.5",
};

/** Returns the classes of a button, also for links that look like one. */
export function buttonClass(look: Look = "secondary", size: Size = "normal"): string {
  return `inline-flex items-center justify-center rounded-lg border font-medium whitespace-nowrap transition-colors select-none disabled:opacity-50 disabled:cursor-not-allowed aria-disabled:opacity-50 aria-disabled:cursor-not-allowed ${LOOKS[look]} ${SIZES[size]}`;
}

type ButtonProps = JSX.ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: Look;
  size?: Size;
  icon?: IconName;
  /** The action is running, so the button can't be pressed again. */
  pending?: boolean;
  /** Why the button can't be pressed. It is the title, and screen readers read it. */
  denied?: string | false | undefined;
};

export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, [
    "look",
    "size",
    "icon",
    "pending",
    "denied",
    "class",
    "children",
    "onClick",
  ]);
  // A denied button can still get the focus, so that keyboard users can find out why.
  const press = (event: MouseEvent & { currentTarget: HTMLButtonElement; target: Element }) => {
    if (own.denied || own.pending) {
      event.preventDefault();
      return;
    }
    if (typeof own.onClick === "function") own.onClick(event);
  };
  return (
    <button
      type="button"
      {...rest}
      onClick={press}
      aria-disabled={own.denied || own.pending ? "true" : undefined}
      aria-busy={own.pending ? "true" : undefined}
      title={own.denied || rest.title}
      class={`${buttonClass(own.look, own.size)} ${own.class ?? ""}`}
    >
      <Show when={own.pending} fallback={<Show when={own.icon}>{(icon) => <Icon name={icon()} />}</Show>}>
        <Spinner />
      </Show>
      {own.children}
      <Show when={own.denied}>
        <span class="sr-only">. {own.denied}</span>
      </Show>
    </button>
  );
}

/** A link that looks like a button. If the role may not follow it, it becomes a button that says why. */
export function LinkButton(props: {
  href: string;
  look?: Look;
  size?: Size;
  icon?: IconName;
  denied?: string | undefined;
  children: JSX.Element;
}): JSX.Element {
  return (
    <Show
      when={!props.denied}
      fallback={
        <Button look={props.look} size={props.size} icon={props.icon} denied={props.denied}>
          {props.children}
        </Button>
      }
    >
      <A href={props.href} class={buttonClass(props.look, props.size)}>
        <Show when={props.icon}>{(icon) => <Icon name={icon()} />}</Show>
        {props.children}
      </A>
    </Show>
  );
}

/** A square button whose label is for screen readers and the title. */
export function IconButton(
  props: JSX.ButtonHTMLAttributes<HTMLButtonElement> & { label: string; icon: IconName },
): JSX.Element {
  const [own, rest] = splitProps(props, ["label", "icon", "class"]);
  return (
    <button
      type="button"
      aria-label={own.label}
      title={own.label}
      {...rest}
      class={`inline-flex size-9 items-center justify-center rounded-lg text-muted hover:bg-sunken hover:text-ink ${own.class ?? ""}`}
    >
      <Icon name={own.icon} class="size-[1.125rem]" />
    </button>
  );
}

export function Spinner(): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" class="size-4 animate-spin" fill="none" aria-hidden="true">
      <circle cx="8" cy="8" r="6" stroke="currentColor" stroke-opacity="0.3" stroke-width="2" />
      <path d="M14 8a6 6 0 0 0-6-6" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}
