/** Says that somebody else saved a change first. */
export const changedBy = (member: string | null, what: string): string =>
  `${member ?? "Someone else"} changed ${what} while you edited it. Reload to see their version, then make your change again.`;
