/** Converts a time (ISO, UTC) to the value of a `datetime-local` control, which is in the viewer's zone. */
export function toLocalInput(iso: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Converts the value of a `datetime-local` control to a time (ISO, UTC). Returns null if it is incomplete. */
export function fromLocalInput(value: string): string | null {
  const at = new Date(value);
  return value === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** Returns the IANA name of the viewer's zone. */
export const viewerZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Returns the time in `text`, or undefined if it is not one. A wrong time in an address must not break the page. */
export function isoOr(text: string | undefined): string | undefined {
  const at = text ? new Date(text) : null;
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined;
}
