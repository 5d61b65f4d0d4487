import type { JSX } from "solid-js";

/** Line icons on a grid of 24 units. */
const PATHS = {
  home: "M4 11.5 12 5l8 6.5V19a1 1 0 0 1-1 1h-4.5v-5h-5v5H5a1 1 0 0 1-1-1z",
  send: "M20.5 3.5 10.5 13.5M20.5 3.5 14 20.5l-3.5-7-7-3.5z",
  messages:
    "M4 6.5A1.5 1.5 0 0 1 5.5 5h13A1.5 1.5 0 0 1 20 6.5v8a1.5 1.5 0 0 1-1.5 1.5H11l-4.5 3.5V16h-1A1.5 1.5 0 0 1 4 14.5z",
  inbox:
    "M4 13.5 6.5 5.5a1 1 0 0 1 1-.7h9a1 1 0 0 1 1 .7l2.5 8M4 13.5V18a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-4.5M4 13.5h4.5a3.5 3.5 0 0 0 7 0H20",
  wallet:
    "M4.5 7h13.5a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 18 19H6a1.5 1.5 0 0 1-1.5-1.5V6.5A1.5 1.5 0 0 1 6 5h10.5M19.5 11H16a2 2 0 0 0 0 4h3.5",
  people:
    "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 19.5a6 6 0 0 1 12 0M16 5a3.3 3.3 0 0 1 0 6.3M17.5 14.3a6 6 0 0 1 3.5 5.2",
  upload: "M12 15.5V4.5M7.5 9 12 4.5 16.5 9M4.5 15v3.5a1 1 0 0 0 1 1h13a1 1 0 0 0 1-1V15",
  block: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M6 6l12 12",
  phone: "M8 3.5h8a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1M11 17.5h2",
  settings:
    "M4 7.5h8M16.5 7.5H20M4 16.5h3.5M12 16.5h8M14.3 9.8a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6M9.7 18.8a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6",
  audit: "M7 3.5h7l4 4v13H7a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1M14 3.5v4h4M9 12.5h6M9 16h6",
  chart: "M4 4.5v15h16M8.5 15.5v-4M12.5 15.5v-8M16.5 15.5v-6",
  pulse: "M3.5 12.5H7l3-8 4 15 3-7h3.5",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5l4.5 4.5",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  play: "M7.5 5v14l11-7z",
  stop: "M6.5 6.5h11v11h-11z",
  plus: "M12 5v14M5 12h14",
  check: "m5 12.5 4.5 4.5L19 7.5",
  cross: "m6 6 12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  down: "m6.5 9.5 5.5 5.5 5.5-5.5",
  right: "m9.5 6.5 5.5 5.5-5.5 5.5",
  left: "m14.5 6.5-5.5 5.5 5.5 5.5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4",
  moon: "M19.5 14A8 8 0 0 1 10 4.5a8 8 0 1 0 9.5 9.5",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M12 7.5V12l3 2",
  warning: "M12 4 2.8 19.5h18.4zM12 10v4M12 16.8v.2",
  info: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M12 11v5M12 7.8V8",
  download: "M12 4.5v11M7.5 11l4.5 4.5 4.5-4.5M4.5 19.5h15",
  copy: "M9 9h10.5v10.5H9zM5.5 15h-1V4.5H15v1",
  edit: "m14.5 6 3.5 3.5M5 19l.8-4L16 4.8a1.4 1.4 0 0 1 2 0L19.2 6a1.4 1.4 0 0 1 0 2L9 18.2z",
  trash: "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7",
  external: "M13.5 4.5h6v6M19.5 4.5 11 13M17.5 14v4.5a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1H10",
  keyboard: "M3.5 6.5h17v11h-17zM7 10h.1M10.5 10h.1M14 10h.1M17 10h.1M8 14h8",
  user: "M12 11.5a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6M4.8 20a7.2 7.2 0 0 1 14.4 0",
  exit: "M14 4.5H5.5v15H14M10.5 12h10M17 8.5l3.5 3.5-3.5 3.5",
  tag: "M4 4.5h7.5l8.5 8.5-7 7L4.5 11.5zM8.2 8.5v.1",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon that screen readers skip. The text beside it or the button's label says what it means. */
export function Icon(props: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg
      viewBox="0 0 24 24"
      class={`shrink-0 ${props.class ?? "size-4"}`}
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[props.name]} />
    </svg>
  );
}
